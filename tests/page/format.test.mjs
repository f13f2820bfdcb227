// Numbers and words as the page prints them. What Python writes too is compared with it in
// tests/unit/test_numbers.py.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  asPrinted, decimalsOf, fill, fixed, markOf, missingOf, percent, printedValues, rangedIn, rankable, ranksOf, saidPlace, saying, unitOf, valueAt,
} from '../../web/static/js/shared/format.js';

const t = {
  missing: '未上报', unpublished: '无公开数', no_pair: '无可比数', incomparable: '口径有变', suppressed: '不予公开',
  mark_provisional: '*', mark_apportioned: '（估算）', mark_conflict: '⚑', jointly: '合并填报', undecided: '{values} 并列', tied: '并列{rank}',
};
const people = { decimals: 1, unit: '万人' };

test('a number is rounded half up on its shortest decimal, thousands apart, with a true minus', () => {
  assert.deepEqual([fixed(37.25, 1), fixed(1.005, 2), fixed(-1234567.5, 0), fixed(2153638, 0), fixed(1e-7, 7)], ['37.3', '1.01', '−1,234,568', '2,153,638', '0.0000001']);
});

test('what is not zero is never printed as zero', () => {
  assert.deepEqual([fixed(0, 1), fixed(-0, 1), fixed(0.04, 1), fixed(-0.04, 1), fixed(0.05, 1)], ['0.0', '0.0', '<0.1', '>−0.1', '0.1']);
});

test('a number too long for digits is written with its power', () => {
  assert.equal(fixed(-1e300, 1), '−1e+300');
});

test('a share is written in hundredths without a product of binary fractions', () => {
  assert.deepEqual([percent(0.0725), percent(0.145, 0), percent(1)], ['7.3', '15', '100.0']);
});

test('what stands for a printed number counts as that number', () => {
  assert.deepEqual([asPrinted(1234.56, 1), asPrinted(-2.04, 1), asPrinted(0.01, 1), asPrinted(null, 1)], [1234.6, -2, 0, null]);
});

test('each value of a view is printed with its own decimals', () => {
  const view = { indicator: people, v: [11.66, 11.66, null], q: { 1: { d: 0 } } };
  assert.deepEqual(printedValues(view), [11.7, 12, null]);
});

test('a number has as many decimals as its shortest decimal', () => {
  assert.deepEqual([decimalsOf(120), decimalsOf(0.25), decimalsOf(1e-7), decimalsOf(1200.5)], [0, 2, 7, 1]);
});

test('what is missing has a word of its own and is never nought', () => {
  assert.deepEqual(['m', 'n', 'i', 'b', 's'].map((status) => saying({ value: null, status }, people, t)), ['未上报', '无公开数', '无可比数', '口径有变', '不予公开']);
});

test('a gap without a status bears the word of its indicator', () => {
  assert.deepEqual([missingOf({}, t), missingOf({ asked: false }, t), missingOf({ change: {} }, t)], ['未上报', '无公开数', '无可比数']);
});

test('a value bears the mark of its status and of a conflict', () => {
  assert.equal(saying({ value: 318.5, status: 'p' }, people, t), '318.5*');
  assert.equal(saying({ value: 11.7, status: 'a', conflict: true }, people, t), '11.7（估算）⚑');
  assert.equal(markOf('r', false, t), '');
});

test('values that no rule decides between stand side by side with all their digits', () => {
  assert.equal(saying({ value: null, others: [46, 48.25] }, people, t), '46.0｜48.25 并列');
});

test('what areas have together is not said of one', () => {
  assert.equal(saying({ value: 3, joint: true }, people, t), '合并填报');
});

test('a value that is written in words keeps them, and has no unit after a word', () => {
  assert.equal(saying({ value: 25, status: 'r', how: { t: '约25' } }, people, t), '约25');
  assert.deepEqual([unitOf({ w: true }, people), unitOf({}, people), unitOf(undefined, people)], ['', '万人', '万人']);
});

test('what is known of an area is taken from its place in the view', () => {
  const view = { v: [1, null], s: 'pm', x: [0], u: { 1: [2, 3] }, g: [1], q: { 0: { t: '约1' } } };
  assert.deepEqual(valueAt(view, 0), { value: 1, status: 'p', conflict: true, others: undefined, joint: false, how: { t: '约1' } });
  assert.deepEqual(valueAt(view, 1), { value: null, status: 'm', conflict: false, others: [2, 3], joint: true, how: undefined });
});

test('areas of which a range alone is known are those that are written without a value', () => {
  assert.deepEqual(rangedIn({ v: [null, 5, null], q: { 0: { t: '−2 至 3' }, 1: { t: '约5' } } }), ['0']);
  assert.deepEqual(rangedIn({ v: [1] }), []);
});

test('a pattern is filled, and a name that is not given stays', () => {
  assert.equal(fill('{year} 年：{value}{unit}', { year: 2020, value: 0 }), '2020 年：0{unit}');
  assert.equal(fill('{name}', { name: '$& {x}' }), '$& {x}');
});

// --- places ---------------------------------------------------------------------------------------

test('the largest is first, equal values share a place, and what is missing has none', () => {
  assert.deepEqual(ranksOf([5, 9, null, 5, 1]), [2, 1, null, 2, 4]);
});

test('one value alone has no place', () => {
  assert.deepEqual(ranksOf([null, 7, null]), [null, null, null]);
  assert.deepEqual(ranksOf([]), []);
});

test('estimates have no place among what was reported unless it is asked for', () => {
  const view = { indicator: people, v: [3, 2, 1], s: 'rar' };
  assert.deepEqual(ranksOf(rankable(view, false)), [1, null, 2]);
  assert.deepEqual(ranksOf(rankable(view, true)), [1, 2, 3]);
});

test('estimates that stand for one value have no place even then', () => {
  const view = { indicator: people, v: [3, 2, 2], s: 'raa', h: { 1: 2, 2: 2 } };
  assert.deepEqual(rankable(view, true), [3, null, null]);
});

test('values that print alike share a place', () => {
  assert.deepEqual(ranksOf(rankable({ indicator: people, v: [2.04, 2.01, 1], s: 'rrr' }, false)), [1, 1, 3]);
});

test('a shared place is called tied', () => {
  const ranks = [1, 1, 3, null];
  assert.deepEqual(ranks.map((rank) => saidPlace(rank, ranks, t)), ['并列1', '并列1', 3, '–']);
});
