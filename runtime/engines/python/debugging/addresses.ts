/**
 * Whether replays of one recording have their objects where the program had them. The order of a set, and what `id()` says,
 * depend on that, and nothing in the program need notice. It does not know how addresses are kept.
 */
import type { Said } from './messages.ts';
import type { Moment } from './moment.ts';
import { isSameAt } from './places.ts';
import type { Recording } from './recording.ts';

const follows =
  'so a set of objects that have no hash of their own may be in another order, and id() may be another number';

export class Addresses {
  readonly #recording: Recording;
  #differ = false;
  #isTold = false;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** A cursor has come to where a snapshot had been taken, perhaps: it should use memory as the program did there. */
  compare({ place, memory }: Pick<Said<'run'>, 'place' | 'memory'>): void {
    if (memory === undefined || this.#differ) return;
    this.#differ = this.#recording.moments.some((moment) => {
      if (moment.isExtra || moment.memory === undefined) return false;
      if (moment.place === undefined) return moment.time === memory.time && moment.memory !== memory.due;
      return place !== undefined && isSameAt(place, moment.at) && moment.memory !== memory.here;
    });
  }

  /** What a person is told who goes to the past, once. */
  doubt(): string | undefined {
    const isKept = this.#recording.moments.every(isMarked);
    if (this.#isTold || (isKept && !this.#differ)) return undefined;
    this.#isTold = true;
    return isKept
      ? `In a part of this trace objects have other addresses when it is run again than they had: ${follows}.`
      : `Objects have other addresses in the past of this trace than they had: ${follows}.`;
  }
}

function isMarked({ memory }: Moment): boolean {
  return memory !== undefined;
}
