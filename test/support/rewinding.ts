/** A real Python session that is rewound in place: what the tests of the world's hazards say. Knows no hazard. */
import type { TestContext } from 'node:test';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import type { StateWarning } from '../../runtime/protocol/states.ts';
import { InProcessRuntime } from './in-process-runtime.ts';
import { openEngine, testPython } from './python-engine.ts';

export class Rewinding {
  readonly client: RuntimeClient;
  readonly session: string;
  readonly events: Event[] = [];

  private constructor(client: RuntimeClient, session: string) {
    this.client = client;
    this.session = session;
    client.onEvent((event) => this.events.push(event));
  }

  /** A session of its own, which ends with the test. */
  static async open(t: TestContext): Promise<Rewinding> {
    const runtime = new InProcessRuntime(openEngine(t));
    t.after(() => runtime.dispose());
    const client = runtime.connect();
    const { session } = await client.request('clone', {
      ...(testPython === undefined ? {} : { interpreter: testPython }),
    });
    return new Rewinding(client, session);
  }

  /** The value of code that ends well, as Python prints it. */
  async value(code: string, session = this.session): Promise<string | undefined> {
    return (await this.client.request('eval', { session, code })).value;
  }

  /** Captures the present. */
  async capture(): Promise<{ snapshotId: string; warnings: readonly StateWarning[] }> {
    return this.client.request('snapshot', { session: this.session });
  }

  /** Goes back, in place. */
  async rewind(snapshotId: string): Promise<void> {
    await this.client.request('restore', { snapshotId, inPlace: true, session: this.session });
  }

  /** Runs `before`, captures, runs `live`, goes back, and runs `restored`: with the values of the latter two. */
  async play({ before, live, restored }: Play): Promise<Played> {
    await this.value(before);
    const { snapshotId, warnings } = await this.capture();
    const lived = await this.value(live);
    await this.rewind(snapshotId);
    return { warnings, live: lived, restored: await this.value(restored) };
  }

  /** Sentences that were said to a person. */
  notices(): string[] {
    return this.events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  }
}

export interface Play {
  readonly before: string;
  readonly live: string;
  readonly restored: string;
}

export interface Played {
  readonly warnings: readonly StateWarning[];
  readonly live: string | undefined;
  readonly restored: string | undefined;
}
