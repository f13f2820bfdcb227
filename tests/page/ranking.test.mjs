// What the ranking table shows, in which order, and how the years of two maps differ.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { afresh } from '../../web/static/js/map/panel.js';
import { classOf, comparesYears, sharedOf } from '../../web/static/js/map/atlas.js';
import { differences, RankTable } from '../../web/static/js/map/table.js';
import { prepare } from '../../web/static/js/map/view.js';

const AREAS = [{ name: '东胜区' }, { name: '康巴什区' }, { name: '达拉特旗' }, { name: '准格尔旗' }];
const density = { id: 'density', decimals: 1, breaks: [] };
const viewOf = (v, more = {}) => prepare({ indicator: density, year: 2020, v, s: 'r'.repeat(v.length), x: [], b: [0, 10, 20, 30], ...more });
const table = (view, more = {}) => Object.assign(new RankTable(null, [], { areas: AREAS, lang: 'zh' }, {}), { view, ...more });

test('a class is closed on the right, what lies beyond the ends is in the last, the missing in none', () => {
  assert.deepEqual([0, 10, 10.01, 20, 99, -5, null].map((value) => classOf(value, [0, 10, 20, 30])), [0, 0, 1, 1, 2, 0, -1]);
});

test('what prints alike has one class and one place', () => {
  const { classes, ranks } = viewOf([10.04, 10.01, 9, null]);
  assert.deepEqual(classes, [0, 0, 0, -1]);
  assert.deepEqual(ranks, [1, 1, 3, null]);
});

test('estimates that differ by rounding alone stand for one value', () => {
  assert.deepEqual(viewOf([10.2, 11.9], { s: 'aa', h: { 0: 11, 1: 11 } }).sizes, [11, 11]);
});

test('values are ordered down first, then up, and what is missing stands last both ways', () => {
  const ranking = table(viewOf([5, null, 9, 7]));
  assert.deepEqual(ranking.ordered(), [2, 3, 0, 1]);
  assert.deepEqual(Object.assign(ranking, { down: false }).ordered(), [0, 3, 2, 1]);
});

test('of equal values the first of the release comes first, whichever way they are ordered', () => {
  const ranking = table(viewOf([5, 5, 9, 5]));
  assert.deepEqual(ranking.ordered(), [2, 0, 1, 3]);
  assert.deepEqual(Object.assign(ranking, { down: false }).ordered(), [0, 1, 3, 2]);
});

test('estimates stand in the order of their values though they have no place', () => {
  const view = viewOf([2, 7, 3, 4], { s: 'aaaa' });
  assert.deepEqual(table(view).ordered(), [1, 3, 2, 0]);
  assert.deepEqual(view.ranks, [null, null, null, null]);
});

test('names are ordered by pinyin, and back', () => {
  const ranking = table(viewOf([1, 2, 3, 4]), { by: 'name', down: false });
  assert.deepEqual(ranking.ordered().map((at) => AREAS[at].name), ['达拉特旗', '东胜区', '康巴什区', '准格尔旗']);
  assert.deepEqual(Object.assign(ranking, { down: true }).ordered(), [3, 1, 0, 2]);
});

test('two years are ordered by their difference when that is asked for', () => {
  const [view, second] = [viewOf([5, 8, 9, null]), viewOf([1, 9, 4, 2], { year: 2015 })];
  const ranking = table(view, { second, difference: differences(view, second, false), by: 'difference' });
  assert.deepEqual(ranking.difference.told, [4, -1, 5, null]);
  assert.deepEqual(ranking.ordered(), [2, 0, 1, 3]);
});

// --- the difference of two years ------------------------------------------------------------------

test('the earlier year is taken from the later, whichever map shows which, without noise', () => {
  const shown = { indicator: { id: 'urban', breaks: [] }, s: 'rrr' };
  const one = { ...shown, year: 2020, v: [90.1, 2033.8, 0.1] };
  // What is alike but for rounding (h, with a word t) has no difference.
  const other = { ...shown, year: 2024, v: [90.4, 2033.9, 0.1 + 2e-17], h: { 1: 2033.8 }, q: { 1: { d: 1, t: '同全市' } } };
  [differences(one, other, false), differences(other, one, false)].forEach((found) => {
    assert.deepEqual(found.told, [0.3, null, 0]);
    assert.deepEqual([found.later.year, found.earlier.year], [2024, 2020]);
  });
});

test('there is no difference of two indicators, of one year, or of a change', () => {
  const [view, second] = [viewOf([1]), viewOf([2], { year: 2015 })];
  assert.equal(differences(view, { ...second, indicator: { ...density, id: 'gdp' } }, false), null);
  assert.equal(differences(view, view, false), null);
  assert.equal(differences({ ...view, indicator: { ...density, change: {} } }, second, false), null);
});

test('across a new definition nothing is told until the reader accepts it', () => {
  const indicator = { ...density, breaks: [2018] };
  const [view, second] = [viewOf([5], { indicator }), viewOf([2], { indicator, year: 2015 })];
  assert.deepEqual([differences(view, second, false).broken, differences(view, second, false).told], [true, [null]]);
  assert.deepEqual(differences(view, second, true).told, [3]);
  // Other boundaries concern their area only.
  const pair = [viewOf([5, 5]), viewOf([2, 2], { year: 2015 })];
  assert.deepEqual(differences(...pair, false, [{ splits: [2016] }, {}]).told, [null, 3]);
  // The year of the new definition is the first that is counted so.
  assert.equal(differences({ ...view, year: 2018 }, second, false).broken, true);
  assert.equal(differences(view, { ...second, year: 2018 }, false).broken, false);
});

// --- whether years share their classes ------------------------------------------------------------

test('two years side by side always share their classes, else the reader chooses, else Python', () => {
  const usual = { id: 'density', shared: true };
  assert.equal(sharedOf(usual, {}), true);
  assert.equal(sharedOf(usual, { shared: 'false' }), false);
  assert.equal(sharedOf({ ...usual, shared: false }, { shared: 'true' }), true);
  assert.equal(sharedOf(usual, { shared: 'false', compare: 'density:2015' }), true);
  assert.equal(comparesYears(usual, 'density_of_roads:2015'), false);
  assert.equal(comparesYears(usual, undefined), false);
});

test('another indicator is drawn in its own way', () => {
  const { indicator, ...rest } = afresh('gdp');
  assert.equal(indicator, 'gdp');
  assert.deepEqual(Object.values(rest).filter((one) => one !== null), []);
  assert.deepEqual(Object.keys(rest).sort(), ['as', 'breaks', 'classes', 'definitions', 'from', 'method', 'palette', 'shared']);
});
