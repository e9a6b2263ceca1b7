/**
 * Whatever is done with sessions and their states, each state that is gone back to is the one that it was: random
 * evaluations, restores, forks, transactions, restarts and deaths over the state engine, compared with a plain model, a map
 * from the id of a state to its value.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultServerLimits } from '../../runtime/core/protocol-server.ts';
import { fc } from '../support/properties.ts';
import { type Answered, TimeTraveller } from '../support/time-traveller.ts';

type Action =
  | { readonly kind: 'run'; readonly code: string; readonly tx: string | undefined }
  | { readonly kind: 'restore' | 'new' | 'fork' | 'delete' | 'name' | 'at'; readonly which: number }
  | { readonly kind: 'silent'; readonly code: string }
  | { readonly kind: 'switch'; readonly which: number }
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'restart' | 'die' | 'capture-fails' | 'open-fails' };

const name = fc.constantFrom('x', 'y', 'z');
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom('set', 'push'), name, fc.nat(9)).map((words) => words.join(' ')),
  },
  { weight: 1, arbitrary: name.map((of) => `delete ${of}`) },
  { weight: 1, arbitrary: fc.constantFrom('fail', 'write /tmp/a', 'die crash') },
);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      code: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
      tx: fc.option(
        fc.constantFrom('commit_always', 'commit_on_success', 'rollback_on_failure', 'explicit'),
        { nil: undefined },
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('restore' as const, 'restore' as const, 'new', 'fork', 'delete', 'name', 'at'),
      which: fc.nat(40),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('silent' as const),
      code: fc.tuple(fc.constantFrom('set', 'push'), name, fc.nat(9)).map((words) => words.join(' ')),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('switch' as const), which: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'begin' as const,
        'commit',
        'rollback',
        'restart',
        'die',
        'capture-fails',
        'open-fails',
      ),
    }),
  },
);

for (const [what, snapshotMemoryBytes, capture] of [
  ['with room for all', 1e9, 'idle'],
  ['with room for a few', 6000, 'idle'],
  ['with room for none', 0, 'idle'],
  ['when nothing is captured without being asked for', 1e9, 'never'],
] as const) {
  test(`every state that is reached is the one that it was, ${what}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const limits = { ...defaultServerLimits, snapshotMemoryBytes, maxSessions: 1000 };
        const model = new Model(await TimeTraveller.open({ capture }, { limits }));
        for (const next of actions) await model.perform(next);
        await model.time.end();
      }),
      { numRuns: 100 },
    );
  });
}

/** What a session should hold, and what every state held when it was made. */
class Model {
  readonly time: TimeTraveller;
  readonly values = new Map<string, string>();
  readonly sessions: string[] = [];

  constructor(time: TimeTraveller) {
    this.time = time;
    this.sessions.push(time.session);
  }

  async perform(next: Action): Promise<void> {
    const { time } = this;
    const { session } = time;
    switch (next.kind) {
      case 'run':
        return this.#run(next.code, next.tx);
      case 'silent':
        return this.#runSilently(next.code);
      case 'switch':
        time.session = this.sessions[next.which % this.sessions.length] ?? session;
        return;
      case 'restore': {
        const snapshotId = this.#state(next.which);
        const answer = await time.ask('restore', { snapshotId, inPlace: true, session });
        if (this.#isRefused(answer)) return;
        return this.#compare(session, snapshotId);
      }
      case 'new':
      case 'fork': {
        const snapshotId = this.#state(next.which);
        const answer = await time.ask(next.kind === 'new' ? 'restore' : 'fork', { snapshotId });
        if (this.#isRefused(answer)) return;
        time.session = String(answer['session']);
        this.sessions.push(time.session);
        return this.#compare(time.session, snapshotId);
      }
      case 'at': {
        const at = this.#state(next.which);
        const answer = await time.ask('eval', { code: 'push x 1\nset y 2', at });
        this.#isRefused(answer);
        return this.#check();
      }
      case 'delete':
      case 'name': {
        const op = next.kind === 'delete' ? 'delete-snapshot' : 'snapshot';
        const label = next.kind === 'name' ? { label: `name ${next.which}` } : {};
        this.#isRefused(await time.ask(op, { snapshotId: this.#state(next.which), ...label }));
        return this.#check();
      }
      case 'begin':
      case 'commit':
      case 'rollback':
        this.#isRefused(await time.ask(next.kind, { session }));
        return this.#check();
      case 'restart':
        await time.get('restart', { session });
        return this.#check();
      case 'die':
        if (!this.#isDead()) time.engineSession().die('a crash');
        await time.settled();
        return this.#check();
      case 'capture-fails':
        time.engine.faults.capture.push('no more processes');
        return;
      case 'open-fails':
        time.engine.faults.open.push('no more processes');
        return;
    }
  }

  async #run(code: string, tx: string | undefined): Promise<void> {
    const before = this.#isDead() ? undefined : this.#held();
    const answer = await this.time.run(code, tx === undefined ? {} : { tx });
    if (answer['code'] === 'session-dead' || answer['code'] === 'snapshot-failed') return this.#check();
    const expected = before === undefined ? '' : apply(code, before);
    const id = answer['snapshotId'];
    if (typeof id === 'string' && answer['code'] !== 'worker-died') {
      const known = this.values.get(id);
      assert.ok(known === undefined || known === expected, 'a state is made once');
      this.values.set(id, expected);
    }
    if (answer['transaction'] === 'rolled-back' && tx === 'commit_on_success') {
      await this.time.settled();
      assert.equal(this.#held(), before);
    }
    return this.#check();
  }

  /** A run without a trace changes the state that the session is in, unless that one is fixed. */
  async #runSilently(code: string): Promise<void> {
    const { time } = this;
    if (this.#isDead()) return;
    const before = time.server.sessions.get(time.session).present;
    await time.run(code, { silent: true });
    const after = time.server.sessions.get(time.session).present;
    assert.ok(before !== undefined && after !== undefined);
    if (after === before) {
      const isFixed = before.isRequested || before.children.size > 0 || before.session !== time.session;
      assert.ok(!isFixed, 'a state that is fixed stays as it is');
    }
    this.values.set(after.id, this.#held());
    return this.#check();
  }

  /** Each session is in the state that the tree says, as far as it is known what that holds. */
  async #check(): Promise<void> {
    const { present } = await this.time.get('ls-snapshots');
    for (const [session, id] of Object.entries(Object(present))) {
      if (!this.#isDead(session)) this.#compare(session, String(id));
    }
  }

  #compare(session: string, snapshotId: string): void {
    const expected = this.values.get(snapshotId);
    if (expected === undefined) this.values.set(snapshotId, this.#held(session));
    else assert.equal(this.#held(session), expected, `session ${session} is in ${snapshotId}`);
  }

  #held(session = this.time.session): string {
    return JSON.stringify(this.time.held(session));
  }

  #isDead(session = this.time.session): boolean {
    return this.time.server.sessions.get(session).state === 'dead';
  }

  #state(which: number): string {
    const all = this.time.server.sessions.states.tree.all();
    return all[which % all.length]?.id ?? 'none';
  }

  /** What may be refused, is for these reasons only. */
  #isRefused(answer: Answered): boolean {
    if (answer.status[0] === 'done') return false;
    const reasons = [
      'snapshot-gone',
      'snapshot-failed',
      'snapshot-not-found',
      'transaction-open',
      'no-transaction',
      'session-dead',
      'eval-failed',
      'worker-died',
    ];
    assert.ok(reasons.includes(String(answer['code'])), JSON.stringify(answer));
    return true;
  }
}

/** What the code makes of a state: the language of the state engine once more, in a few lines. */
function apply(code: string, before: string): string {
  const data: Record<string, string> = { ...Object(JSON.parse(before)) };
  for (const line of code.split('\n')) {
    const [word, of = '', text = ''] = line.split(' ');
    if (word === 'set') {
      data[of] = text;
    } else if (word === 'push' && data[of] !== undefined) data[of] += `,${text}`;
    else if (word === 'delete') delete data[of];
    else if (word === 'fail') break;
  }
  return JSON.stringify(data);
}
