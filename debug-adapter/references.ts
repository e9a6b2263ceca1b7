/**
 * The numbers by which an editor names frames and what can be expanded. They hold until the position changes; a number is never used
 * for two things, so that a late question about an earlier position is told so, not answered wrongly.
 */
import { Handles } from '@vscode/debugadapter';
import type { DebugScope } from '../runtime/protocol/debug.ts';
import { ProtocolError } from '../runtime/protocol/errors.ts';
import type { VariablePath } from '../runtime/protocol/states.ts';

/** A frame as `navigate` names it: its index, 0 the innermost; of which thread, where that is not the one that stands. */
export interface FrameRef {
  readonly frame: number;
  readonly thread?: number;
}

/** What has children: a scope, a variable in it, or the value of an expression and what it holds. */
export type Container = FrameRef & {
  readonly path: VariablePath;
  /** Expressions that give the children, by their names, as far as they were listed. */
  readonly children: Map<string, string>;
} & ({ readonly scope: DebugScope['name'] } | { readonly expression: string });

export class References {
  #last = 0;
  // In an object: the library takes 0 for nothing.
  #frames = new Handles<FrameRef | undefined>(1);
  #containers = new Handles<Container | undefined>(1);

  /** Forgets all: the position has changed. */
  reset(): void {
    this.#frames = new Handles(this.#last + 1);
    this.#containers = new Handles(this.#last + 1);
  }

  frame(frame: FrameRef): number {
    return this.#note(this.#frames.create(frame));
  }

  container(container: Container): number {
    return this.#note(this.#containers.create(container));
  }

  /** The frame; the innermost of the thread that stands where none is named. Errors: `not-stopped` for one of an earlier position. */
  frameOf(id: number | undefined): FrameRef {
    if (id === undefined || id === 0) return { frame: 0 };
    const frame = this.#frames.get(id);
    if (frame === undefined) throw gone('frame');
    return frame;
  }

  /** Errors: `not-stopped` for one of an earlier position. */
  containerOf(id: number): Container {
    const container = this.#containers.get(id);
    if (container === undefined) throw gone('variable');
    return container;
  }

  #note(id: number): number {
    this.#last = Math.max(this.#last, id);
    return id;
  }
}

function gone(what: string): ProtocolError {
  return new ProtocolError('not-stopped', `this ${what} is of an earlier position; ask for the stack again`);
}
