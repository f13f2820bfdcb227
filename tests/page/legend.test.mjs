// Where dots of a histogram stand, worked out by hand, and how the areas of a class are named.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { columnsOf, endsOf } from '../../web/static/js/map/histogram.js';
import { litWords } from '../../web/static/js/map/light.js';

test('values stand in columns of equal width, the largest in the last, the missing in none', () => {
  assert.deepEqual(columnsOf([0, 9.9, 10, null, 40], [0, 40], 4), [[0, 1], [2], [], [4]]);
});

test('one value alone stands in the middle', () => {
  assert.deepEqual(columnsOf([7, 7], [7, 7], 3), [[], [0, 1], []]);
});

test('the axis reaches as far as the breaks, and further where values lie beyond them', () => {
  assert.deepEqual(endsOf([10, 20, 30], [12, 25]), [10, 30]);
  assert.deepEqual(endsOf([10, 20, 30], [-3, 31]), [-3, 31]);
});

test('the areas of a class are named, and of very many the rest are counted', () => {
  globalThis.document = { documentElement: { lang: 'zh-CN' } };
  const t = { areas_one: '{count} 个', areas_count: '{count} 个' };
  assert.equal(litWords('>1–2', ['东胜区', '准格尔旗'], t), '>1–2：东胜区、准格尔旗');
  assert.equal(litWords('x', Array.from({ length: 42 }, (_, at) => `旗${at}`), t).split('、').at(-1), '+2 个');
});
