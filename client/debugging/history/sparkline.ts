/** A value over the run as a small picture. Pure; knows neither VS Code nor how a shape is drawn. */

export interface Sample {
  readonly time: number;
  readonly number?: number;
}

export interface Sparkline {
  /** Steps of the value as an SVG path; empty where no value is a number. */
  readonly path: string;
  readonly points: ReadonlyArray<{ readonly x: number; readonly y: number; readonly index: number }>;
}

const margin = 4;

/** From left to right by time. What is no number stands on the ground, as a point without a line. */
export function sparkline(samples: readonly Sample[], width: number, height: number): Sparkline {
  const times = samples.map(({ time }) => time);
  const numbers = samples.flatMap(({ number }) => (isDrawn(number) ? [number] : []));
  const scale = (value: number, values: readonly number[], length: number): number => {
    // Reduced, because a history can be longer than a call can have arguments.
    const least = values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
    const most = values.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
    return most === least ? 0.5 * length : ((value - least) / (most - least)) * length;
  };
  const points = samples.map(({ time, number }, index) => ({
    x: round(margin + scale(time, times, width - 2 * margin)),
    y: isDrawn(number)
      ? round(height - margin - scale(number, numbers, height - 2 * margin))
      : height - margin,
    index,
  }));
  const drawn = points.filter(({ index }) => isDrawn(samples[index]?.number));
  // A value stays what it is until it changes: steps, no slopes.
  const path = drawn.map(({ x, y }, index) => (index === 0 ? `M${x} ${y}` : `H${x}V${y}`)).join('');
  return { path, points };
}

function isDrawn(number: number | undefined): number is number {
  return number !== undefined && Number.isFinite(number);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
