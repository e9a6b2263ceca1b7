/**
 * A frozen process as the runtime sees it: a state that waits in memory and can be forked from any number of
 * times. It knows how to ask for a fork and how the process ended, and nothing of what the forks do.
 */
import { readFile } from 'node:fs/promises';
import { getSystemErrorMap } from 'node:util';
import { ProtocolError } from '../../protocol/errors.ts';
import type { StateWarning } from '../../protocol/states.ts';
import { type Deferred, deferred } from './deferred.ts';
import { causeOf, type Exit } from './exit.ts';
import type { Frame } from './link-messages.ts';
import type { Peer } from './peer.ts';
import { killProcess } from './spawn.ts';
import { answerBytes, decodeAnswer, encodeThaw, type ThawRequest } from './thaw.ts';
import { withinMs } from './within.ts';
import type { Forked, Zygote } from './zygote.ts';

/** From the end of its link to the zygote's word of how it ended. */
const exitWithinMs = 1000;

/** Owns the process: `release` ends it. */
export class FrozenProcess {
  readonly hello: Frame<'hello'>;
  readonly warnings: readonly StateWarning[];
  readonly #peer: Peer;
  readonly #zygote: Zygote;
  readonly #exited: Promise<Exit>;
  readonly #lost = deferred<string>();
  /** Asked for and not answered, oldest first: it answers in order. */
  readonly #asked: Deferred<number>[] = [];
  #received: Buffer = Buffer.alloc(0);
  #released = false;

  /** Takes the link over, on which no frames come any more. */
  constructor(peer: Peer, zygote: Zygote) {
    this.hello = peer.hello;
    this.warnings = peer.hello.warnings ?? [];
    this.#peer = peer;
    this.#zygote = zygote;
    this.#exited = zygote.adopt().take(peer.hello.pid);
    peer.link.takeRaw((bytes) => this.#take(bytes));
    peer.listen({ onFrame: () => {}, onClose: () => void this.#onClose() });
  }

  /** The number of evaluations that had ended. */
  get generation(): number {
    return this.hello.generation ?? 0;
  }

  /** False once it ended, for whatever reason. */
  get held(): boolean {
    return !this.#released && !this.#peer.link.closed;
  }

  /** Settles with the cause when it ends without having been released. */
  get lost(): Promise<string> {
    return this.#lost.promise;
  }

  /** A new process that goes on from here. Errors: `snapshot-gone`, `snapshot-failed`. */
  async thaw(request: ThawRequest): Promise<Forked> {
    if (!this.held) throw goneError();
    const adoption = this.#zygote.adopt();
    try {
      const answer = deferred<number>();
      const command = encodeThaw(request);
      this.#asked.push(answer);
      this.#peer.link.sendRaw(command);
      const pid = await answer.promise;
      return { pid, exited: adoption.take(pid) };
    } finally {
      adoption.end();
    }
  }

  /** Its own memory (PSS) in bytes; 0 where the system does not tell. */
  async measure(): Promise<number> {
    if (!this.held) return 0;
    const text = await readFile(`/proc/${this.hello.pid}/smaps_rollup`, 'utf8').catch(() => '');
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
    return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
  }

  /** Ends the process. Twice is harmless. */
  release(): void {
    if (this.#released) return;
    const held = this.held;
    this.#released = true;
    // By its pid, because one that was stopped would not see that its link closes.
    if (held) killProcess(this.hello.pid);
    this.#peer.link.close();
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= answerBytes) {
      const { pid, errno } = decodeAnswer(this.#received);
      this.#received = this.#received.subarray(answerBytes);
      const asked = this.#asked.shift();
      if (pid > 0) asked?.resolve(pid);
      else asked?.reject(notForked(errno));
    }
  }

  async #onClose(): Promise<void> {
    for (const asked of this.#asked.splice(0)) asked.reject(goneError());
    const seen = await withinMs(this.#exited, exitWithinMs);
    this.#zygote.disown(this.hello.pid);
    if (this.#released) return;
    const cause = seen ? causeOf(await this.#exited) : 'it ended';
    this.#lost.resolve(`the process that held the state is gone: ${cause}`);
  }
}

function goneError(): ProtocolError {
  return new ProtocolError('snapshot-gone', 'the process that held this state has ended');
}

function notForked(errno: number): ProtocolError {
  const [name, words] = getSystemErrorMap().get(-errno) ?? [`error ${errno}`, 'unknown error'];
  const why = name === 'EAGAIN' ? 'too many processes (EAGAIN)' : `${words} (${name})`;
  return new ProtocolError('snapshot-failed', `no process could be made of this state: ${why}`, {
    details: { errno },
  });
}
