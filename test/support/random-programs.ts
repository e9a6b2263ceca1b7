/** Random statements of Python over few names, so that they meet: sharing, cycles, changes in place, functions, classes, failures. */
import { fc } from './properties.ts';

const names = ['a', 'b', 'c', 'd'] as const;
const name = fc.constantFrom(...names);
const small = fc.integer({ min: -3, max: 300 });
const text = fc.constantFrom('', 'x', 'hello', 'ünï', 'a\nb');
const literal = fc.oneof(
  small.map(String),
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom('None', 'True', '1.5', '[]', '{}', '(1, [2])', '{1, 2, 3}', 'b"\\0"', 'frozenset({1})'),
);

const statement = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(name, literal).map(([to, value]) => `${to} = ${value}`) },
  { weight: 4, arbitrary: fc.tuple(name, name).map(([to, from]) => `${to} = ${from}`) },
  {
    weight: 4,
    arbitrary: fc.tuple(name, name, name).map(([to, one, two]) => `${to} = [${one}, {'k': ${two}}]`),
  },
  { weight: 5, arbitrary: fc.tuple(name, name).map(([into, what]) => `${into}.append(${what})`) },
  {
    weight: 3,
    arbitrary: fc.tuple(name, name, small).map(([into, what, key]) => `${into}[${key}] = ${what}`),
  },
  { weight: 2, arbitrary: fc.tuple(name, small).map(([into, key]) => `${into}.add(${key})`) },
  { weight: 2, arbitrary: name.map((into) => `${into} += ${into}`) },
  { weight: 2, arbitrary: name.map((what) => `del ${what}`) },
  { weight: 2, arbitrary: fc.tuple(name, name).map(([into, what]) => `${into}.append(${what}); 1 / 0`) },
  { weight: 2, arbitrary: name.map((what) => `raise ValueError(${what})`) },
  {
    weight: 2,
    arbitrary: fc.tuple(name, name).map(([to, held]) => `def ${to}(x, kept=${held}):\n    return [x, kept]`),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(name, name).map(([to, held]) => `${to} = (lambda n: lambda: n)(${held})`),
  },
  { weight: 2, arbitrary: fc.tuple(name, name).map(([to, called]) => `${to} = ${called}()`) },
  { weight: 2, arbitrary: fc.tuple(name, name).map(([to, held]) => `class ${to}:\n    held = ${held}`) },
  { weight: 3, arbitrary: fc.tuple(name, name).map(([into, what]) => `${into}.field = ${what}`) },
  { weight: 1, arbitrary: name.map((to) => `import math as ${to}`) },
  { weight: 2, arbitrary: name.map((to) => `import random; ${to} = random.random()`) },
  { weight: 1, arbitrary: small.map((seed) => `import random; random.seed(${seed})`) },
  {
    weight: 1,
    arbitrary: fc.tuple(name, small).map(([to, count]) => `${to} = [i * i for i in range(${count} % 7)]`),
  },
);

/** One step of a person who uses time travel. Numbers choose among the states that there are. */
export type Step =
  | { readonly kind: 'run'; readonly code: string; readonly tx?: 'rollback_on_failure' }
  | { readonly kind: 'restore' | 'fork' | 'round-trip'; readonly state: number };

const state = fc.nat({ max: 1000 });

/** Programs in which going back is about as frequent as it can be without getting nowhere. */
export const programs: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: statement.map((code): Step => ({ kind: 'run', code })) },
    {
      weight: 3,
      arbitrary: statement.map((code): Step => ({ kind: 'run', code, tx: 'rollback_on_failure' })),
    },
    { weight: 3, arbitrary: state.map((chosen): Step => ({ kind: 'restore', state: chosen })) },
    { weight: 1, arbitrary: state.map((chosen): Step => ({ kind: 'fork', state: chosen })) },
    { weight: 1, arbitrary: state.map((chosen): Step => ({ kind: 'round-trip', state: chosen })) },
  ),
  { minLength: 10, maxLength: 40, size: 'max' },
);
