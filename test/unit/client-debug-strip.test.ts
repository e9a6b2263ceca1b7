/** The strip of the Time view: what of a run is in view, and which shapes stand for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Timeline } from '../../client/time-view/messages.ts';
import {
  countMarks,
  depthsOf,
  markBeside,
  markNear,
  narrowestSpan,
  pan,
  placeMarks,
  showing,
  silhouette,
  timeAt,
  wholeRun,
  xOf,
  zoom,
} from '../../client/time-view/strip.ts';
import { fc } from '../support/properties.ts';

const run: Timeline = {
  from: 0,
  to: 100,
  files: [],
  samples: [
    { time: 25, depth: 1 },
    { time: 50, depth: 3 },
    { time: 100, depth: 2 },
  ],
  marks: [
    { time: 50, kind: 'output', step: 61, count: 3 },
    { time: 10, kind: 'snapshot' },
    { time: 51, kind: 'exception', text: 'ValueError: no', at: 'm1' },
    { time: 52, kind: 'exception', text: 'KeyError: 1', at: 'm2' },
    { time: 90, kind: 'exception', text: 'TypeError', at: 'm3' },
  ],
};
const span = { from: 0, to: 100 };

test('each column shows the deepest stack of its piece of the run', () => {
  assert.deepEqual(depthsOf(run, span, 8), [1, 1, 3, 3, 3, 2, 2, 2]);
});

test('of a piece in view, only its samples are drawn', () => {
  assert.deepEqual(depthsOf(run, { from: 25, to: 50 }, 4), [3, 3, 3, 3]);
});

test('the silhouette is one outline that stands on the ground', () => {
  assert.equal(silhouette([1, 1, 3], 12), 'M0 12V10H2V6H3V12Z');
  assert.equal(silhouette([], 12), '');
});

test('marks of one kind in one place are one, and count', () => {
  assert.deepEqual(placeMarks(run, span, 100), [
    { kind: 'snapshot', x: 10, count: 1, time: 10 },
    { kind: 'output', x: 50, count: 3, time: 50, step: 61 },
    { kind: 'exception', x: 51, count: 2, time: 51, at: 'm1', text: 'ValueError: no' },
    { kind: 'exception', x: 90, count: 1, time: 90, at: 'm3', text: 'TypeError' },
  ]);
});

test('a click means the mark beside it, an exception before an output, and never a snapshot', () => {
  const marks = placeMarks(run, span, 100);

  assert.equal(markNear(marks, { x: 50, height: 0.9 }, 3)?.at, 'm1');
  assert.equal(markNear(marks, { x: 10, height: 0.9 }, 3), undefined);
  assert.equal(markNear(marks, { x: 47, height: 0.9 }, 3)?.step, 61);
  assert.equal(markNear(marks, { x: 47, height: 0.2 }, 3), undefined, 'outputs are met at the ground alone');
});

test('without a mouse one goes from mark to mark, and hears how many there are', () => {
  const inOrder = { ...run, marks: run.marks.toSorted((one, other) => one.time - other.time) };

  assert.equal(markBeside(inOrder, 51, 'after')?.at, 'm2');
  assert.equal(markBeside(inOrder, 51, 'before')?.step, 61);
  assert.equal(markBeside(inOrder, 50, 'before'), undefined);
  assert.deepEqual(
    [...countMarks(run)],
    [
      ['output', 3],
      ['snapshot', 1],
      ['exception', 3],
    ],
  );
});

test('a zoom keeps the time under the mouse, and never leaves the run', () => {
  const whole = wholeRun(10_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 }),
      fc.double({ min: 0.01, max: 30, noNaN: true }),
      (anchor, factor) => {
        const zoomed = zoom(whole, anchor, factor, whole);

        assert.ok(zoomed.from >= whole.from && zoomed.to <= whole.to + 1e-6);
        assert.ok(zoomed.to - zoomed.from >= narrowestSpan - 1e-6);
        assert.ok(anchor >= zoomed.from - 1e-6 && anchor <= zoomed.to + 1e-6);
      },
    ),
  );
  const zoomed = zoom(whole, 2500, 0.1, whole);
  assert.equal(Math.round(xOf(2500, zoomed, 1000)), Math.round(xOf(2500, whole, 1000)));
});

test('the place of a time is the time of that place', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999 }), (time) => {
      assert.equal(timeAt(xOf(time, { from: 0, to: 1000 }, 4000), { from: 0, to: 1000 }, 4000), time);
    }),
  );
});

test('what is in view moves along with the position, and stops at the ends', () => {
  const whole = { from: 0, to: 1000 };

  assert.deepEqual(showing({ from: 0, to: 100 }, 50, whole), { from: 0, to: 100 });
  assert.deepEqual(showing({ from: 0, to: 100 }, 500, whole), { from: 450, to: 550 });
  assert.deepEqual(showing({ from: 0, to: 100 }, 990, whole), { from: 900, to: 1000 });
  assert.deepEqual(pan({ from: 0, to: 100 }, -50, whole), { from: 0, to: 100 });
});
