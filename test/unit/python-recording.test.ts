/** The pure parts of a recording: the order of moments, pieces and windows of a trace, steps, and what is given up first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Addresses } from '../../runtime/engines/python/debugging/addresses.ts';
import {
  type Cut,
  intervalsBefore,
  newestFirst,
  untilOf,
  windowBefore,
} from '../../runtime/engines/python/debugging/intervals.ts';
import {
  type At,
  atText,
  beginningOf,
  compareAt,
  parseAt,
} from '../../runtime/engines/python/debugging/places.ts';
import { Recording } from '../../runtime/engines/python/debugging/recording.ts';
import { Steps } from '../../runtime/engines/python/debugging/steps.ts';
import { victimOf } from '../../runtime/engines/python/debugging/thinning.ts';
import type { FrozenProcess } from '../../runtime/engines/python/frozen-process.ts';
import { fc } from '../support/properties.ts';

const at = (time: number, depth = 1, offset = 0): At => ({ time, depth, offset });
const cut = (time: number, { isExtra = false, isBarrier = false } = {}): Cut => ({
  at: at(time),
  isExtra,
  isBarrier,
});
const sign = (number: number) => Math.sign(number) + 0;

const anyAt = fc.record({
  time: fc.nat(5),
  depth: fc.integer({ min: 1, max: 4 }),
  offset: fc.integer({ min: -1, max: 6 }),
  raising: fc.boolean(),
});

test('of one time the deeper moment is earlier, then the one of the smaller offset', () => {
  const inOrder = [
    beginningOf(3),
    at(3, 2, 0),
    at(3, 2, 8),
    at(3, 1, 2),
    at(3, 1, 4),
    beginningOf(4),
    at(4, 9, 0),
  ];

  assert.deepEqual(inOrder.toReversed().toSorted(compareAt), inOrder);
});

test('moments have one order', () => {
  fc.assert(
    fc.property(anyAt, anyAt, anyAt, (one, other, third) => {
      assert.equal(sign(compareAt(one, other)), sign(-compareAt(other, one)));
      if (compareAt(one, other) <= 0 && compareAt(other, third) <= 0) assert.ok(compareAt(one, third) <= 0);
    }),
  );
});

test('a moment comes back out of its name', () => {
  fc.assert(
    fc.property(anyAt, (one) => {
      const back = parseAt(atText(one));
      assert.ok(back !== undefined && compareAt(back, one) === 0);
    }),
  );
  assert.deepEqual(parseAt(atText(beginningOf(7))), beginningOf(7));
  for (const bad of ['', '1.2', '1.2.3.4', 'x', '1.2.3.1.1', '-1.2.3']) assert.equal(parseAt(bad), undefined);
});

test('a trace is searched newest first, in pieces that are worth a process', () => {
  const moments = [cut(0), cut(10), cut(100_000), cut(100_010), cut(200_000, { isExtra: true })];

  const pieces = intervalsBefore(moments, at(220_000, 1, 4));

  assert.deepEqual(
    pieces.map(({ moment, until }) => [moment.at.time, until.time]),
    [
      [100_010, 220_000],
      [10, 100_010],
      [0, 10],
    ],
  );
});

test('of the newest piece the last events are searched first', () => {
  const pieces = intervalsBefore([cut(0), cut(100_000)], at(200_000, 1, 4));

  assert.deepEqual(
    newestFirst(pieces, 100).map(({ moment, from, until }) => [moment.at.time, from, until.time]),
    [
      [100_000, 199_900, 200_000],
      [100_000, 198_300, 199_900],
      [100_000, undefined, 198_300],
      [0, undefined, 100_000],
    ],
  );
});

test('no piece goes on past what cannot be replayed', () => {
  const moments = [
    cut(0),
    cut(50, { isBarrier: true }),
    cut(60),
    cut(70, { isBarrier: true, isExtra: true }),
  ];

  assert.deepEqual(
    intervalsBefore(moments, at(80)).map(({ moment, until }) => [moment.at.time, until.time]),
    [
      [70, 80],
      [50, 70],
      [0, 50],
    ],
  );
});

test('pieces follow one another without a gap, from the first snapshot on', () => {
  const moments = fc.array(
    fc.record({ time: fc.nat(200_000), isExtra: fc.boolean(), isBarrier: fc.boolean() }),
  );
  fc.assert(
    fc.property(moments, fc.nat(200_000), (drawn, time) => {
      const cuts = drawn.map((one) => cut(one.time, one)).toSorted((a, b) => compareAt(a.at, b.at));
      const pieces = intervalsBefore(cuts, at(time, 1, 1));
      let end: At = at(time, 1, 1);
      for (const { moment, until } of pieces) {
        assert.equal(compareAt(until, end), 0);
        assert.ok(compareAt(moment.at, until) < 0);
        const between = cuts.filter(
          (one) => compareAt(one.at, moment.at) > 0 && compareAt(one.at, until) < 0,
        );
        assert.ok(between.every(({ isBarrier }) => !isBarrier));
        end = moment.at;
      }
      const first = cuts[0];
      const isEarlier = first !== undefined && compareAt(first.at, at(time, 1, 1)) < 0;
      assert.equal(pieces.length > 0, isEarlier);
      if (isEarlier) assert.equal(compareAt(end, first.at), 0);
    }),
  );
});

test('a window begins at a snapshot close by, or is reached from one by counting', () => {
  const moments = [cut(0), cut(1000), cut(1040, { isExtra: true })];

  assert.deepEqual(windowBefore(moments, at(1060), 16), {
    moment: moments[2],
    from: undefined,
    isEdge: false,
  });
  assert.deepEqual(windowBefore(moments, at(990), 16), { moment: moments[0], from: 974, isEdge: false });
  assert.deepEqual(windowBefore(moments, at(990), 4096), {
    moment: moments[0],
    from: undefined,
    isEdge: true,
  });
  assert.equal(windowBefore(moments, at(0), 16), undefined);
});

test('a window does not reach behind what cannot be replayed', () => {
  const moments = [cut(0), cut(1000, { isBarrier: true })];

  assert.deepEqual(windowBefore(moments, at(1010), 64), {
    moment: moments[1],
    from: undefined,
    isEdge: true,
  });
});

test('where a run ends is a moment, or the first line of a time', () => {
  assert.deepEqual(untilOf(at(3)), at(3));
  assert.deepEqual(untilOf(beginningOf(3)), { time: 3 });
});

test('lines of pieces that follow one another are steps', () => {
  const steps = new Steps();
  const sample = (time: number, lines: number) => ({ time, lines, depth: 1, file: '/a.py', line: 3 });
  // The first begins before any line, the second at one, the third between two lines.
  steps.add({ from: beginningOf(0), until: at(10), lines: 5, samples: [sample(4, 2)], marks: [] });
  assert.equal(steps.known(at(10)), 5);
  steps.add({ from: at(10), until: beginningOf(20), lines: 3, samples: [sample(15, 2)], marks: [] });
  steps.add({ from: beginningOf(20), until: at(30), lines: 3, samples: [], marks: [] });

  assert.equal(steps.total, 10);
  assert.equal(steps.known(at(30)), 10);
  assert.equal(steps.known(at(11)), undefined);
  assert.deepEqual(
    steps.picture({ from: 0, to: 30, count: 10 }).samples.map(({ step }) => step),
    [2, 7],
  );
  assert.equal(steps.beforeStep(9)?.step, 5);
  assert.deepEqual([steps.covers(at(30)), steps.covers(at(31))], [true, false]);
});

test('a picture is no finer than asked for, and keeps what is deepest', () => {
  const steps = new Steps();
  const samples = Array.from({ length: 1000 }, (_, index) => ({
    time: index,
    lines: index + 1,
    depth: index === 777 ? 40 : 1,
    file: '/a.py',
    line: 1,
  }));
  steps.add({ from: at(0), until: at(1000), lines: 1000, samples, marks: [] });

  const picture = steps.picture({ from: 0, to: 1000, count: 50 }).samples;

  assert.equal(picture.length, 50);
  assert.equal(Math.max(...picture.map(({ depth }) => depth)), 40);
});

test('marks are of the step that made them; of a kind and a column, the first stands for all', () => {
  const steps = new Steps();
  const mark = (time: number, lines: number, count = 1) => ({ time, lines, count, kind: 'output' as const });
  steps.add({ from: at(0), until: at(10), lines: 5, samples: [], marks: [mark(1, 2), mark(2, 4)] });
  steps.add({ from: at(10), until: at(20), lines: 5, samples: [], marks: [mark(12, 1), mark(19, 3, 7)] });

  assert.deepEqual(steps.marks({ from: 0, to: 19, count: 2 }), [
    { time: 1, step: 3, count: 2, kind: 'output' },
    { time: 12, step: 7, count: 8, kind: 'output' },
  ]);
  assert.deepEqual(
    steps.marks({ from: 2, to: 18, count: 100 }).map(({ step }) => step),
    [5, 7],
  );
});

test('what is closest to its neighbours goes first, the beginning and effects last', () => {
  const bytes = 1_000_000;
  const moments = [
    { time: 0, bytes, why: 'start' },
    { time: 100, bytes, why: 'effect' },
    { time: 101, bytes, why: 'clock' },
    { time: 1000, bytes, why: 'clock' },
    { time: 2000, bytes, why: 'clock' },
  ];
  const gone: number[] = [];
  for (let left = moments; left.length > 1; ) {
    const victim = victimOf(left, { end: 3000, isGrowing: false });
    gone.push(left[victim ?? -1]?.time ?? -1);
    left = left.filter((_, index) => index !== victim);
  }

  assert.deepEqual(gone, [101, 1000, 2000, 100]);
  assert.equal(victimOf(moments.slice(0, 1), { end: 3000, isGrowing: false }), undefined);
});

test('while a program runs its snapshots get sparser with age', () => {
  let moments: { time: number; bytes: number; why: string }[] = [];
  for (let time = 0; time < 10_000; time += 1) {
    moments.push({ time, bytes: 0, why: 'clock' });
    if (moments.length <= 40) continue;
    const victim = victimOf(moments, { end: time, isGrowing: true });
    moments = moments.filter((_, index) => index !== victim);
  }
  const gaps = moments.slice(1).map(({ time }, index) => time - (moments[index]?.time ?? 0));

  const older = gaps.slice(0, 10).reduce((sum, gap) => sum + gap, 0);
  const newer = gaps.slice(-10).reduce((sum, gap) => sum + gap, 0);
  assert.ok(older > 10 * newer, `${older} is not much more than ${newer}`);
  assert.ok(Math.max(...gaps) < 5000, 'no hole is half of the trace');
});

const aRecording = {
  id: 'tr-1',
  executionId: 'e-1',
  code: '',
  file: undefined,
  record: {},
  memoryBytes: undefined,
};

/** A recording with snapshots whose memory was used so; those without `memory` are of a recorder that does not say it. */
function recordingOf(moments: readonly { readonly time: number; readonly memory?: string }[]): Recording {
  const recording = new Recording(aRecording);
  for (const said of moments) {
    const id = `m${said.time}`;
    recording.addMoment(id, { ...said, why: 'clock' }, undefined);
    const process = { hello: { id }, lost: new Promise<void>(() => {}), release: () => {} };
    recording.addProcess(process as unknown as FrozenProcess); // Nothing else of it is asked.
  }
  return recording;
}

test('a replay that uses memory as the program did is not doubted', () => {
  const addresses = new Addresses(
    recordingOf([
      { time: 1, memory: 'a' },
      { time: 9, memory: 'b' },
    ]),
  );

  addresses.compare({ memory: { time: 9, due: 'b', here: 'c' } });
  addresses.compare({ memory: { time: 5, due: 'x', here: 'y' } });

  assert.equal(addresses.doubt(), undefined);
});

test('one that does not is told of once', () => {
  const addresses = new Addresses(
    recordingOf([
      { time: 1, memory: 'a' },
      { time: 9, memory: 'b' },
    ]),
  );

  addresses.compare({ memory: { time: 9, due: 'c', here: 'c' } });

  assert.match(addresses.doubt() ?? '', /^In a part of this trace objects have other addresses/);
  assert.equal(addresses.doubt(), undefined);
});

test('and so is a recording that says nothing of its memory', () => {
  const addresses = new Addresses(recordingOf([{ time: 1 }]));

  assert.match(addresses.doubt() ?? '', /^Objects have other addresses in the past of this trace/);
});
