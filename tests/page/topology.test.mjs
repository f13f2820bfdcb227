// Rings of [lat, lon] from quantised arcs, each written as its steps.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bordersOf, decodeArcs, polygonsOf } from '../../web/static/js/shared/topology.js';

// Two squares side by side, a grid of half a degree from 109° E, 39° N: arc 0 is what they share.
const SQUARES = {
  transform: { scale: [0.5, 0.5], translate: [109, 39] },
  arcs: [[[2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2], [2, 0]], [[2, 0], [2, 0], [0, 2], [-2, 0]]],
};
const WEST = { type: 'Polygon', arcs: [[0, 1]] };
const EAST = { type: 'MultiPolygon', arcs: [[[2, ~0]]] };
const decoded = () => decodeArcs(SQUARES);

test('steps on the grid become degrees, latitude first', () => {
  assert.deepEqual(decoded()[0], [[39, 110], [40, 110]]);
  assert.deepEqual(decoded()[1], [[40, 110], [40, 109], [39, 109], [39, 110]]);
});

test('a ring is its arcs end to end, the point where they meet once', () => {
  assert.deepEqual(polygonsOf(WEST, decoded()), [[[[39, 110], [40, 110], [40, 109], [39, 109], [39, 110]]]]);
});

test('a negative number is the arc walked backwards, which is not turned for its neighbour', () => {
  const arcs = decoded();
  assert.deepEqual(polygonsOf(EAST, arcs), [[[[39, 110], [39, 111], [40, 111], [40, 110], [39, 110]]]]);
  assert.deepEqual(arcs[0], [[39, 110], [40, 110]]);
});

test('an area of several parts has a polygon for each, and one of none has none', () => {
  assert.equal(polygonsOf({ type: 'MultiPolygon', arcs: [[[0, 1]], [[2, -1]]] }, decoded()).length, 2);
  assert.deepEqual(polygonsOf({ type: null }, decoded()), []);
});

test('a hole is a ring after the first', () => {
  assert.equal(polygonsOf({ type: 'Polygon', arcs: [[0, 1], [2, -1]] }, decoded())[0].length, 2);
});

test('what one area alone uses is the outer border, what two use is shared', () => {
  const arcs = decoded();
  assert.deepEqual(bordersOf([WEST, EAST, { type: null }], arcs), { outer: [arcs[1], arcs[2]], shared: [arcs[0]] });
});
