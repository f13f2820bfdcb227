// What a search finds and in which order: names, pinyin, initials, then what is said of a thing.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findAll, tierOf } from '../../web/static/js/map/finding.js';

const entry = (kind, group, names, pinyin = [], more = {}) => ({ kind, id: names[0], group, names, pinyin, note: '', text: '', ...more });
const KANG = entry('area', '旗区', ['康巴什区', 'Kangbashi District', '康巴什'], ['kang ba shi qu', 'kang ba shi']);
const XIAN = entry('area', '旗区', ['西安市'], ['xi an shi']);
const TOTAL = entry('indicator', '指标', ['人才资源总量', 'Talent'], ['ren cai zi yuan zong liang'], { text: '含高技能人才' });
const SKILLED = entry('indicator', '指标', ['高技能人才', 'Highly skilled'], ['gao ji neng ren cai']);
const PARK = entry('site', '园区', ['零碳产业园', 'Zero-Carbon Place'], ['ling tan chan ye yuan'], { note: '伊金霍洛旗' });
const PLAN = entry('source', '文件', ['康巴什区人才规划'], ['kang ba shi qu ren cai gui hua']);
const ALL = [KANG, XIAN, TOTAL, SKILLED, PARK, PLAN];
const found = (query, entries = ALL) => findAll(entries, query).groups.flatMap(({ entries: of }) => of.map(({ id }) => id));

test('a name, its beginning, pinyin in full, initials and both mixed lead to the same area', () => {
  for (const query of ['康巴什', '康巴', 'kangbashi', 'KANG BA', 'kbs', 'kbsq', 'kangbs', 'Kangbashi District', 'ＫＢＳ', ' 康巴什 ']) assert.equal(found(query)[0], '康巴什区', query);
});

test('a name stands before a definition, a beginning before an inside', () => {
  assert.deepEqual(found('高技能'), ['高技能人才', '人才资源总量']);
  assert.deepEqual(found('人才'), ['人才资源总量', '高技能人才', '康巴什区人才规划']);
});

test('apostrophes and the letters of ü are read as they are typed', () => {
  assert.equal(found("xi'an")[0], '西安市');
  assert.equal(tierOf(entry('a', 'b', ['女性'], ['nv xing']), 'nü'), 2);
});

test('Latin letters count more where a word begins than in its middle', () => {
  assert.equal(tierOf(PARK, 'place'), 3);
  assert.equal(tierOf(PARK, 'ace'), 5);
});

test('several words may stand anywhere in what is known of a thing', () => {
  assert.deepEqual(found('伊金霍洛旗 零碳'), ['零碳产业园']);
});

test('nothing is found for nothing, for marks of HTML and for very long words, and quickly', () => {
  for (const query of ['', '   ', '<script>', '.*', '长'.repeat(200), 'a'.repeat(200), 'na'.repeat(100)]) assert.deepEqual(found(query), [], query);
});

test('at most twelve are listed, by group, and no group crowds out another', () => {
  const many = Array.from({ length: 40 }, (_, at) => entry('site', '平台', [`人才平台${at}`]));
  const { groups, count } = findAll([...many, TOTAL, SKILLED, PLAN], '人才');
  assert.equal(count, 43);
  assert.deepEqual(groups.map(({ group, entries }) => [group, entries.length]).sort(), [['平台', 9], ['指标', 2], ['文件', 1]].sort());
});
