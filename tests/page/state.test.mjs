// The address owns the state of the map page.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

const { addressOf, readState, writeState } = await import('../../web/static/js/map/state.js');

let written;

const at = (search) => {
  const note = (how) => (state, title, address) => written.push([how, address]);
  globalThis.window = { location: { search, pathname: '/' }, history: { pushState: note('push'), replaceState: note('replace') } };
};

beforeEach(() => { written = []; at(''); });

test('the address says what is shown; what it says beside that is not of the page', () => {
  assert.deepEqual(readState('?indicator=population&year=2020&layers=base,park&theme=dark'), { indicator: 'population', year: '2020', layers: 'base,park' });
  assert.deepEqual(readState(''), {});
});

test('no layers at all is a choice, an empty value of anything else is none', () => {
  assert.deepEqual(readState('?layers=&year='), { layers: '' });
});

test('a messenger that says where a link was opened does not choose a year to compare with', () => {
  assert.deepEqual(readState('?from=singlemessage'), {});
  assert.deepEqual(readState('?from=singlemessage&from=2015'), { from: '2015' });
  assert.deepEqual(readState('?from=2015&from=timeline'), { from: '2015' });
});

test('without being told, the address of the window is read', () => {
  at('?area=150603');
  assert.deepEqual(readState(), { area: '150603' });
});

test('what was taken back leaves the address, and what is not of the page stays in it', () => {
  at('?lang=en&indicator=gdp&year=2020');
  assert.equal(addressOf({ indicator: 'population', year: null, area: undefined }), '/?lang=en&indicator=population');
});

test('lists can be read in the address', () => {
  assert.equal(addressOf({ layers: 'base,park', compare: 'gdp:2019' }), '/?layers=base,park&compare=gdp:2019');
});

test('nothing chosen is the bare address', () => {
  at('?year=2020');
  assert.equal(addressOf({}), '/');
});

test('what was read and written again is the same', () => {
  const search = '?indicator=population_density&year=2022&as=fill&method=manual&classes=4&palette=Greens&shared=true&breaks=10,100&layers=park&area=150627&compare=gdp:2019&estimates=ranked&progress=on&from=2015&definitions=accepted';
  at('');
  assert.equal(addressOf(readState(search)), `/${search}`);
});

test('a change is a step that Back takes back, unless it replaces the last', () => {
  writeState({ year: '2021' });
  writeState({ year: '2022' }, { replace: true });
  assert.deepEqual(written, [['push', '/?year=2021'], ['replace', '/?year=2022']]);
});

test('what is in the address already is not written again', () => {
  at('?year=2021');
  writeState({ year: '2021' });
  assert.deepEqual(written, []);
});

test('a file on a disk may not change its address, and works all the same', () => {
  window.history.pushState = () => { throw new Error('SecurityError'); };
  assert.doesNotThrow(() => writeState({ year: '2021' }));
});
