// Which sites pass the filters, and by what they can be filtered.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Chosen, choicesOf, homeOf, passing } from '../../web/static/js/map/sitefilter.js';

const t = { area_unstated: 'city', outside: 'outside', no_targets: 'none' };
const atlas = {
  city: { code: 'c' }, areas: [{ code: 'a', name: 'A' }, { code: 'b', name: 'B' }, { code: 'e', name: 'E' }],
  indexOf: new Map([['a', 0], ['b', 1], ['e', 2]]),
  levels: [['国家级', 'National'], ['市级', 'Municipal']], industries: ['steel', 'wool'],
  plans: { verdicts: [['✓', 'met', 'achieved'], ['×', 'not met', 'missed']], marks: { s1: [0], s3: [1] } },
  sites: [
    { id: 's1', kind: 'base', area: 'a', l: 0, d: [0] }, { id: 's2', kind: 'park', area: 'a', d: [0, 1] },
    { id: 's3', kind: 'park', area: 'c', l: 1 }, { id: 's4', kind: 'off', area: 'x' },
  ],
};
const ids = (state) => passing(atlas, state).map((one) => one.id);

test('without a filter all pass', () => assert.deepEqual(ids({}), ['s1', 's2', 's3', 's4']));

test('each filter lets through those that have the value, and filters add up', () => {
  assert.deepEqual(ids({ level: '国家级' }), ['s1']);
  assert.deepEqual(ids({ industry: 'steel' }), ['s1', 's2']);
  assert.deepEqual(ids({ industry: 'steel', within: 'a', verdict: 'none' }), ['s2']);
  assert.deepEqual(ids({ verdict: 'missed' }), ['s3']);
  assert.deepEqual(ids({ within: 'c' }), ['s3']);
  assert.deepEqual(ids({ within: 'outside' }), ['s4']);
});

test('a value that there is not lets nothing through', () => {
  assert.deepEqual(ids({ level: '省级' }), []);
  assert.deepEqual(ids({ industry: 'gold' }), []);
});

test('a site without a stated area is at home in the city, one elsewhere outside', () => {
  assert.deepEqual(atlas.sites.map((site) => homeOf(atlas, site)), ['a', 'a', 'c', 'outside']);
});

test('only what some site has can be chosen', () => {
  const found = choicesOf(atlas, t);
  assert.deepEqual(found.within, [['a', 'A'], ['c', 'city'], ['outside', 'outside']]);
  assert.deepEqual(found.level.map(([id]) => id), ['国家级', '市级']);
  assert.deepEqual(found.verdict.map(([id]) => id), ['achieved', 'missed', 'none']);
  const plain = { ...atlas, plans: null, levels: [], industries: [], sites: [{ id: 's', kind: 'base', area: 'a' }] };
  assert.deepEqual(Object.keys(choicesOf(plain, t)), []);
});

test('the same choice is the same list', () => {
  const chosen = new Chosen(atlas);
  const first = chosen.of({}, ['park']);
  assert.equal(chosen.of({ year: 2020 }, ['park']), first);
  assert.notEqual(chosen.of({ level: '市级' }, ['park']), first);
});
