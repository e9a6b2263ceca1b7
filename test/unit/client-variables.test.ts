/** How a variable is written in the tree, spoken, and which are asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, iconOf, speak } from '../../client/variables/variable-words.ts';
import type { Variable } from '../../runtime/protocol/states.ts';

const words = {
  size: (bytes: number) => `${bytes / 1000} kB`,
  items: (count: number) => `${count} items`,
  changed: 'changed',
  added: 'added',
};

function variable(fields: Partial<Variable>): Variable {
  return {
    name: 'v',
    path: ['v'],
    type: 'int',
    value: '5',
    children: 0,
    table: false,
    kind: 'data',
    ...fields,
  };
}

const frame = variable({
  name: 'frame',
  type: 'DataFrame',
  shape: [12_481, 9],
  length: 12_481,
  size_bytes: 24_000,
  value: 'name, age',
  table: true,
});

test('type, extent, size and value stand beside the name, each only where it says something', () => {
  assert.equal(describe(variable({ size_bytes: 28 }), words), 'int · 5');
  assert.equal(describe(frame, words), 'DataFrame 12,481 × 9 · 24 kB · name, age');
  assert.equal(
    describe(variable({ type: 'list', length: 3, value: '[1, 2, 3]' }), words),
    'list 3 items · [1, 2, 3]',
  );
  assert.equal(describe(variable({ type: 'str', length: 4, value: "'text'" }), words), "str · 'text'");
  assert.equal(
    describe(variable({ type: 'ndarray', shape: [3, 4], dtype: 'float64', value: '[[0.]]' }), words),
    'ndarray 3 × 4 float64 · [[0.]]',
  );
  assert.equal(
    describe(variable({ type: 'float64', shape: [], dtype: 'float64', value: '1.5' }), words),
    'float64 · 1.5',
  );
  assert.equal(
    describe(variable({ kind: 'function', type: 'function', value: '<function f>' }), words),
    '<function f>',
  );
});

test('a screen reader says all of it, and whether the last run changed it', () => {
  assert.equal(speak(frame, 'changed', words), 'frame, DataFrame, 12,481 × 9, name, age, changed');
  assert.equal(speak(variable({}), undefined, words), 'v, int, 5');
  assert.equal(speak(variable({}), 'added', words), 'v, int, 5, added');
});

test('the icon tells what kind of thing it is', () => {
  assert.equal(iconOf(frame), 'table');
  assert.equal(iconOf(variable({ type: 'ndarray', shape: [3], table: true })), 'symbol-array');
  assert.equal(iconOf(variable({ type: 'Unheard', value: '' })), 'symbol-variable');
  assert.equal(iconOf(variable({ type: 'dict' })), 'symbol-object');
  assert.equal(iconOf(variable({ kind: 'module', type: 'module' })), 'symbol-module');
  assert.equal(iconOf(variable({ type: 'constructor' })), 'symbol-variable');
});
