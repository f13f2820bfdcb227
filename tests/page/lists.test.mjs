// What a cell of the table of sites says: zero only on a complete list.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cellOf } from '../../web/static/js/map/lists.js';

const t = { list_none: 'none {year}', list_silent: 'not known', list_all: '{count} {year}', list_more: 'at least {count}' };

test('zero is said only where the list is complete', () => {
  assert.deepEqual(cellOf(0, 2022, t), ['0', 'none 2022']);
  assert.deepEqual(cellOf(0, 0, t), ['–', 'not known']);
});

test('a number of an incomplete list is the least there is', () => {
  assert.deepEqual(cellOf(3, 0, t), ['≥3', 'at least 3']);
  assert.deepEqual(cellOf(3, 2022, t), ['3', '3 2022']);
});
