// The change between two years: the API's view in the short form that the page draws.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { shortOf, upTo } from '../../web/static/js/map/change.js';

const said = (zh, en) => ({ zh, en });
const area = (code, value, more = {}) => ({ code, name: said(code, code), value, status: 'derived', absence: null, conflict: false, low: null, high: null, approx: null, level: null, decimals: 1, text: null, method: null, ...more });
const full = {
  year: 2024, representation: 'fill', sources: ['plan'], sentence: { zh: '全市升了。', en: 'City rose.' }, symbols: null, city: null,
  notes: [said('怎么算', 'how')], legend: { bounds: [-20, 0, 10], labels: ['a', 'b'], counts: [1, 1], colours: ['#a', '#b'], inks: ['#000', '#fff'], method: 'equal', notes: [] },
  indicator: { name: said('变化率', 'change'), unit: said('%', '%'), definition: said('定义', 'definition'), decimals: 1, measure: 'rate' },
  areas: [area('150602', 10), area('150603', null, { status: 'missing', absence: 'incomparable' }), area('150627', null, { absence: 'no_pair', low: -2, high: 3, text: said('−2 至 3', '−2 to 3'), decimals: 0 })],
};
const short = (more = {}) => shortOf({ ...full, ...more }, { id: 'talent', years: {}, breaks: [] }, 'zh', 2020);

test('values, statuses and ranges stand by the place of their area', () => {
  const view = short();
  assert.deepEqual([view.v, view.s, view.year, view.base], [[10, null, null], 'dbi', 2024, 2020]);
  assert.deepEqual(view.r, { 2: [-2, 3] });
  assert.deepEqual(view.q, { 2: { d: 0, t: '−2 至 3' } });
  assert.equal(view.c, null);
});

test('the change is an indicator in the language of the page, drawn as areas, without targets', () => {
  const { indicator } = short();
  assert.deepEqual([indicator.name, indicator.unit, indicator.drawn, indicator.targets], ['变化率', '%', 'fill', []]);
  assert.equal(indicator.change.from, 2020);
  assert.equal(indicator.change.working.zh, '怎么算');
});

test('the first note says how it is worked out and is not said twice', () => {
  assert.equal('w' in short(), false);
  assert.deepEqual(short({ notes: [said('怎么算', 'how'), said('注意', 'mind')] }).w, ['注意']);
});

test('what areas have together stands beside them, and those without a value of their own are named', () => {
  const view = short({ joint: [area('150602+150603', 25)], areas: [area('150602', null, { status: 'missing' }), area('150603', 5), area('150627', 1)] });
  assert.deepEqual(view.j.map((one) => one.slice(0, 3)), [['150602+150603', '150602+150603', 25]]);
  assert.deepEqual(view.g, [0]);
});

test('the comparison ends at a year that is not later', () => {
  assert.deepEqual(upTo(2022, { from: '2020' }), { year: 2022 });
  assert.deepEqual(upTo(2020, { from: '2020' }), { year: 2020, from: null, definitions: null });
  assert.deepEqual(upTo(2022, {}), { year: 2022 });
});
