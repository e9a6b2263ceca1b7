/** What the debugger reads from source text alone: the test around a line, the names that have a value beside it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compactCount } from '../../client/debugging/compact-count.ts';
import { findTest, testName } from '../../client/debugging/find-test.ts';
import { namesInLine } from '../../client/debugging/names-in-line.ts';
import { ownLines } from '../../client/debugging/own-lines.ts';

const file = `import unittest

def helper():
    return 1

@pytest.mark.slow
def test_plain(tmp_path):
    def inner():
        pass
    assert helper()

class TestGroup:
    async def test_in_group(self):

        await thing()

class Numbers(unittest.TestCase):
    """Tests of numbers."""

    def test_sum(self):
        self.assertEqual(1 + 1, 2)

    def check(self):
        pass
`;
const lineOf = (text: string): number => file.split('\n').findIndex((line) => line.includes(text));
const found = (text: string): string | undefined => {
  const test = findTest(file, lineOf(text));
  return test === undefined ? undefined : testName(test, 'tests/test_a.py');
};

test('the test around a line is named as its framework names it', () => {
  assert.equal(found('assert helper()'), 'tests/test_a.py::test_plain');
  assert.equal(found('@pytest.mark'), 'tests/test_a.py::test_plain');
  assert.equal(found('await thing()'), 'tests/test_a.py::TestGroup::test_in_group');
  assert.equal(found('self.assertEqual'), 'tests.test_a.Numbers.test_sum');
});

test('a function inside a test belongs to it, and a class of tests is all of its tests', () => {
  assert.equal(found('def inner'), 'tests/test_a.py::test_plain');
  assert.equal(found('Tests of numbers.'), 'tests.test_a.Numbers');
  assert.equal(found('def check'), 'tests.test_a.Numbers');
});

test('where there is no test, none is named', () => {
  assert.equal(found('return 1'), undefined);
  assert.equal(found('import unittest'), undefined);
  assert.equal(findTest('', 0), undefined);
});

test('names with a value are variables, each once', () => {
  const names = (text: string): string[] => namesInLine(text).map(({ name }) => name);

  assert.deepEqual(names('total = total + price * 2  # the sum'), ['total', 'price']);
  assert.deepEqual(names('    return row.name + normalize(rows, key="name")'), ['row', 'rows']);
  assert.deepEqual(names("print(\"x =\", x, 'it\\'s y')"), ['x']);
  assert.deepEqual(names('def area(width, height=2):'), ['width', 'height']);
  assert.deepEqual(names('for index, item in enumerate(items):'), ['index', 'item', 'items']);
  assert.deepEqual(names('import os'), []);
  assert.deepEqual(names('"""Text of x'), []);
  assert.deepEqual(namesInLine('  if a == b:'), [
    { name: 'a', start: 5 },
    { name: 'b', start: 10 },
  ]);
});

test('counts are short, and never rounded up', () => {
  assert.deepEqual([842, 12_481, 120_999, 1_204_331, 9_990_112, 123_456_789].map(compactCount), [
    '842',
    '12,481',
    '120 k',
    '1.2 M',
    '9.9 M',
    '123 M',
  ]);
});

test('a function’s own lines are those from its def to the stop, without the functions in it', () => {
  const lines = file.split('\n');
  const textsOf = (stop: string): string[] =>
    ownLines(lines, lineOf(stop)).map((line) => (lines[line] ?? '').trim());

  assert.deepEqual(textsOf('assert helper()'), ['def test_plain(tmp_path):', 'assert helper()']);
  assert.deepEqual(textsOf('self.assertEqual'), ['def test_sum(self):', 'self.assertEqual(1 + 1, 2)']);
  assert.deepEqual(textsOf('class Numbers'), [
    'import unittest',
    '@pytest.mark.slow',
    'class TestGroup:',
    'class Numbers(unittest.TestCase):',
  ]);
});

test('what is nested in a loop or a condition is of the function, too', () => {
  const lines = ['def f(n):', '    if n:', '        a = 1', '    for i in n:', '        b = a', '    c = 2'];

  assert.deepEqual(ownLines(lines, 4), [0, 1, 2, 3, 4]);
  assert.deepEqual(ownLines(lines, 5), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(ownLines([...lines, 'd = f(3)'], 6), [6]);
});
