// The links of the head lead back to what was left on each page.

import assert from 'node:assert/strict';
import { test } from 'node:test';

const { askedOf, backTo, withStep } = await import('../../web/static/js/shared/trail.js');

test('the language belongs to the link, all else to the page', () => {
  assert.equal(askedOf('?lang=en&indicator=gdp&at=109.8,39.6,8.5'), 'indicator=gdp&at=109.8%2C39.6%2C8.5');
  assert.equal(askedOf('?lang=en'), null);
  assert.equal(askedOf(''), null);
});

test('each page remembers its last address, and nothing when it was left bare', () => {
  const trail = withStep({ '/': 'indicator=gdp' }, '/progress', '?q=园区&lang=zh', false);
  assert.deepEqual(trail, { '/': 'indicator=gdp', '/progress': 'q=%E5%9B%AD%E5%8C%BA' });
  assert.deepEqual(withStep(trail, '/progress', '?lang=en', false), { '/': 'indicator=gdp' });
});

test('an address that is refused is not remembered, and forgotten where it was', () => {
  const trail = { '/': 'indicator=gdp' };
  assert.deepEqual(withStep(trail, '/', '?indicator=gone', true), trail);
  assert.deepEqual(withStep({ '/': 'indicator=gone' }, '/', '?indicator=gone&lang=en', true), {});
});

test('a link keeps its language and takes what was left', () => {
  const trail = { '/': 'indicator=gdp&layers=base%2Cpark&compare=gdp%3A2020' };
  assert.equal(backTo('/', 'en', trail), '/?lang=en&indicator=gdp&layers=base,park&compare=gdp:2020');
  assert.equal(backTo('/progress', 'zh', trail), '/progress?lang=zh');
});

test('what is no text in a damaged trail leads nowhere', () => {
  assert.equal(backTo('/', 'zh', { '/': { a: 1 } }), '/?lang=zh');
  assert.equal(backTo('/', 'zh', []), '/?lang=zh');
});
