// Spots that crowd become one; each is taken once; worked out by hand and tried at random.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cornerOf } from '../../web/static/js/map/unplaced.js';
import { LEAST, NEAR, clustersOf, middleOf } from '../../web/static/js/map/clusters.js';

test('three that touch are one, two are told apart', () => {
  const three = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 0, y: 10 }];
  assert.deepEqual(clustersOf([...three, { x: 500, y: 500 }, { x: 505, y: 500 }]), [[0, 1, 2], [3], [4]]);
  assert.deepEqual(middleOf(three), { x: 10 / 3, y: 10 / 3 });
});

test('what lies over the border of a cell is found', () => {
  assert.deepEqual(clustersOf([{ x: NEAR - 1, y: -1 }, { x: NEAR + 1, y: 1 }, { x: NEAR, y: 0 }]), [[0, 1, 2]]);
  assert.deepEqual(clustersOf([{ x: 0, y: 0 }, { x: NEAR, y: 0 }, { x: 0, y: NEAR }]), [[0], [1], [2]]);
});

test('no spot is lost, none is counted twice, and whoever is in a cluster is near its first', () => {
  let seed = 7;
  const random = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647; };
  for (let round = 0; round < 60; round += 1) {
    const size = 40 + 900 * random();
    const points = Array.from({ length: Math.floor(300 * random()) }, () => ({ x: size * (random() - 0.5), y: size * random() }));
    const groups = clustersOf(points);
    assert.deepEqual(groups.flat().sort((a, b) => a - b), points.map((one, at) => at));
    groups.filter((one) => one.length > 1).forEach((one) => {
      assert.ok(one.length >= LEAST);
      const { x, y } = middleOf(one.map((at) => points[at]));
      one.forEach((at) => assert.ok(Math.hypot(points[at].x - x, points[at].y - y) < 4 * NEAR));
    });
  }
});

test('ten thousand, spread or on one spot, cost little', () => {
  const spread = Array.from({ length: 10000 }, (one, at) => ({ x: (at * 7919) % 800, y: (at * 104729) % 500 }));
  const start = performance.now();
  clustersOf(spread);
  assert.deepEqual(clustersOf(spread.map(() => ({ x: 5, y: 5 }))).length, 1);
  assert.ok(performance.now() - start < 500);
});

test('a mark of sites without a place stands at a corner of its label that hides no marker', () => {
  const label = { x: 100, y: 100, width: 40, height: 20 };
  assert.deepEqual(cornerOf(label, []), [120, 90]);
  assert.deepEqual(cornerOf(label, [{ x: 120, y: 90, reach: 10 }]), [80, 90]);
  assert.deepEqual(cornerOf(label, [{ x: 100, y: 100, reach: 90 }]), [120, 90]);
});
