// The numbers of an indicator over the years, worked out by hand, and round numbers for axes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { breaksOf, endsFirst, pieces, pointsOf, seriesOf, ticksOf, yearsShown } from '../../web/static/js/map/series.js';

const entry = (v, c, s = 'rrr') => ({ v, s, x: [], c: c == null ? null : [c, 'r', false] });
const atlas = {
  city: { code: '1', name: '全市' }, indexOf: new Map([['a', 0], ['b', 1], ['c', 2]]),
  areas: [{ code: 'a', short: '甲', name: '甲旗' }, { code: 'b', short: '乙', name: '乙旗' }, { code: 'c', short: '丙', name: '丙旗' }],
};
const indicator = (years, members = {}) => ({ id: 'x', measure: 'rate', decimals: 1, unit: '%', breaks: [], targets: [], years, ...members });
const names = (found) => found.map((one) => one.name);

test('each place has a point in every year, the city where there is one', () => {
  const one = indicator({ 2019: entry([1, null, 3], 2), 2020: entry([4, 5, 6], null) });
  assert.deepEqual(pointsOf(one, -1).map(({ year, value }) => [year, value]), [[2019, 2], [2020, null]]);
  assert.deepEqual(pointsOf(one, 1).map(({ year, value }) => [year, value]), [[2019, null], [2020, 5]]);
});

test('no line runs over a year without a number or over a change of definition', () => {
  const one = indicator({ 2017: entry([1, 1, 1]), 2018: entry([2, null, 2]), 2019: entry([3, 3, 3]), 2020: entry([4, 4, 4], null, 'rra') }, { breaks: [2019] });
  const ends = (index) => pieces(one.breaks, pointsOf(one, index)).map(({ from, to, dashed }) => [from.year, to.year, dashed]);
  assert.deepEqual(ends(0), [[2017, 2018, false], [2019, 2020, false]]);
  assert.deepEqual(ends(1), [[2019, 2020, false]]);
  assert.deepEqual(ends(2), [[2017, 2018, false], [2019, 2020, true]]);
});

test('a line is cut where an area has other boundaries, and in that area only', () => {
  const one = indicator({ 2015: entry([1, 1, 1], 3), 2020: entry([2, 2, 2], 6) }, { breaks: [2012] });
  const split = { ...atlas, areas: [{ ...atlas.areas[0], splits: [2016] }, ...atlas.areas.slice(1)] };
  assert.deepEqual(breaksOf(one, split.areas[0]), [2012, 2016]);
  const { chosen, beside } = seriesOf(split, one, null);
  assert.deepEqual([chosen, ...beside].map(({ name, breaks, points }) => [name, pieces(breaks, points).length]), [['全市', 1], ['甲', 0], ['乙', 1], ['丙', 1]]);
});

test('of a rate the city stands among its areas, of a total it stands alone', () => {
  const years = { 2019: entry([1, 2, null], 2), 2020: entry([1, 2, null], 2) };
  const rate = indicator(years);
  assert.deepEqual(names(seriesOf(atlas, rate, null).beside), ['甲', '乙']);
  assert.equal(seriesOf(atlas, rate, null).chosen.name, '全市');
  assert.deepEqual(names(seriesOf(atlas, rate, 'b').beside), ['全市', '甲']);
  const count = indicator(years, { measure: 'count', targets: [[2025, 9, false], [2030, null, false, [1, 2]]] });
  assert.deepEqual(seriesOf(atlas, count, null).beside, []);
  assert.deepEqual(seriesOf(atlas, count, null).goals.map(({ year, value }) => [year, value]), [[2025, 9]]);
  assert.deepEqual(names(seriesOf(atlas, count, 'a').beside), ['乙']);
  assert.deepEqual(seriesOf(atlas, count, 'a').goals, []);
  assert.equal(seriesOf(atlas, count, 'c').chosen, null);
});

test('the ends come before the middle, also of one and of none', () => {
  assert.deepEqual(endsFirst([1, 2, 3, 4]), [4, 1, 2, 3]);
  assert.deepEqual(endsFirst([1]), [1]);
  assert.deepEqual(endsFirst([]), []);
});

test('without a number of the city its areas stand alone, and nothing is nothing', () => {
  const one = indicator({ 2020: entry([1, null, 3], null) });
  assert.deepEqual([seriesOf(atlas, one, null).chosen, names(seriesOf(atlas, one, null).beside)], [null, ['甲', '丙']]);
  assert.deepEqual(seriesOf(atlas, indicator({}), null), { chosen: null, beside: [], goals: [] });
});

test('ticks are round, cover the span and begin at 0 unless that would flatten it', () => {
  assert.deepEqual(ticksOf([0.81, 0.91, 2.5]), [0, 0.5, 1, 1.5, 2, 2.5]);
  assert.deepEqual(ticksOf([29.4, 60]), [0, 20, 40, 60]);
  assert.deepEqual(ticksOf([97, 99, 98], { fromZero: false }), [97, 97.5, 98, 98.5, 99]);
  assert.deepEqual(ticksOf([5, 10], { fromZero: false }), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticksOf([-3, 4]), [-4, -2, 0, 2, 4]);
  assert.deepEqual(ticksOf([0]), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticksOf([7]), [0, 2, 4, 6, 8]);
});

test('any numbers have between 2 and 8 ticks in order, which hold them all', () => {
  let seed = 7;
  const random = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
  for (let turn = 0; turn < 500; turn += 1) {
    const values = Array.from({ length: 1 + Math.floor(random() * 5) }, () => (random() - 0.3) * 10 ** Math.floor(random() * 12 - 4));
    for (const fromZero of [true, false]) {
      const ticks = ticksOf(values, { fromZero });
      assert.ok(ticks.length >= 2 && ticks.length <= 8, `${values}: ${ticks}`);
      assert.ok(ticks.every((one, at) => !at || one > ticks[at - 1]));
      const slack = 1e-6 * (ticks.at(-1) - ticks[0]); // a thousandth of a pixel
      assert.ok(ticks[0] <= Math.min(...values) + slack && ticks.at(-1) >= Math.max(...values) - slack, `${values}: ${ticks}`);
    }
  }
});

test('the last year is written, and no more than there is room for', () => {
  assert.deepEqual(yearsShown(2015, 2025, 12), [2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025]);
  assert.deepEqual(yearsShown(2015, 2025, 6), [2015, 2017, 2019, 2021, 2023, 2025]);
  assert.deepEqual(yearsShown(1990, 2025, 8), [1990, 1995, 2000, 2005, 2010, 2015, 2020, 2025]);
  assert.deepEqual(yearsShown(2020, 2020, 2), [2020]);
});
