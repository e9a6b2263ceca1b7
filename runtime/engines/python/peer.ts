/**
 * A process that has said hello: its link, what it said, and who takes its frames at the moment. An idle
 * worker has nobody; its session takes over later. It does not know how the process was started.
 */
import type { Link, LinkListener } from './link.ts';
import type { BadFrame, Frame } from './link-messages.ts';

export class Peer implements LinkListener {
  readonly hello: Frame<'hello'>;
  readonly link: Link;
  #listener: LinkListener | undefined;
  #closed = false;
  #cause: BadFrame | undefined;

  constructor(hello: Frame<'hello'>, link: Link) {
    this.hello = hello;
    this.link = link;
  }

  /** From now on frames go to this listener; one that comes after the end hears of the end at once. */
  listen(listener: LinkListener): void {
    this.#listener = listener;
    if (this.#closed) listener.onClose(this.#cause);
  }

  onFrame(frame: Frame): void {
    this.#listener?.onFrame(frame);
  }

  onClose(cause: BadFrame | undefined): void {
    this.#closed = true;
    this.#cause = cause;
    this.#listener?.onClose(cause);
  }
}
