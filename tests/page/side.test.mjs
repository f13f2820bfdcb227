// Which areas are chosen, and what stands below a number of theirs: worked out by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linesOf, SideBySide, toggled } from '../../web/static/js/map/side.js';

test('an area is added at the end or taken out, and a sixth is not taken', () => {
  assert.deepEqual(toggled(['a', 'b'], 'c'), ['a', 'b', 'c']);
  assert.deepEqual(toggled(['a', 'b'], 'a'), ['b']);
  assert.deepEqual(toggled(['a', 'b', 'c', 'd', 'e'], 'f'), ['a', 'b', 'c', 'd', 'e']);
});

const t = { card_place: '位次 {place}（共 {of} 个）', tied: '并列{rank}', side_share: '占全市 {share}%', side_city: '比全市 {said}', side_first: '比{name} {said}', side_rough: '数不够准，不相减' };
const cell = { rank: null, tied: false, share: '', from_city: '', from_first: '', rough: false };

test('place, city and the first area are told where they are known, and nothing is made up', () => {
  assert.deepEqual(linesOf(cell, { ranked: 9 }, '东胜区', t), []);
  assert.deepEqual(linesOf({ ...cell, rank: 2, tied: true, share: '30.0', from_first: '−200 人' }, { ranked: 9 }, '东胜区', t), ['位次 并列2（共 9 个）', '占全市 30.0%', '比东胜区 −200 人']);
  assert.deepEqual(linesOf({ ...cell, from_city: '+2.4 百分点', rough: true }, { ranked: 1 }, '东胜区', t), ['比全市 +2.4 百分点', '数不够准，不相减']);
});

test('an address shows a comparison only with areas, and only where it can be asked for', () => {
  const side = new SideBySide({ api: '/api/' }, {});
  assert.deepEqual(side.asked({ view: 'areas', areas: 'a,b' }), ['a', 'b']);
  assert.equal(side.asked({ view: 'map', areas: 'a,b' }), null);
  assert.equal(side.asked({ view: 'areas' }), null);
  assert.equal(new SideBySide({ api: null }, {}).asked({ view: 'areas', areas: 'a,b' }), null);
});
