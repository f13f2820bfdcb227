// Where the map stands, as the address says it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

const { placeOf, placeText } = await import('../../web/static/js/map/place.js');

test('a place is longitude, latitude and zoom', () => {
  assert.deepEqual(placeOf('109.8,39.6,8.5'), { lng: 109.8, lat: 39.6, zoom: 8.5 });
  assert.deepEqual(placeOf(' -0.5，-39 ，2'), { lng: -0.5, lat: -39, zoom: 2 });
});

test('what is no place is none', () => {
  ['', undefined, null, '109.8', '109.8,39.6', '1,2,3,4', 'a,b,c', '1e1,2,3', 'Infinity,2,3', '181,2,3', '1,86,3', ',,', '109.8,39.6,<script>']
    .forEach((text) => assert.equal(placeOf(text), null, String(text)));
});

test('a place is written as exactly as a pixel asks for, and read back within one', () => {
  assert.equal(placeText({ lng: 109.80834960937501, lat: 39.11088253765179 }, 8), '109.808,39.111,8');
  assert.equal(placeText({ lng: 109.80834960937501, lat: 39.11088253765179 }, 12), '109.8083,39.1109,12');
  assert.equal(placeText({ lng: 109.80834960937501, lat: 39.11088253765179 }, 2), '109.8,39.1,2');
  for (let zoom = 2; zoom <= 12; zoom += 0.25) {
    for (let at = 0; at < 40; at += 1) {
      const spot = { lng: 106 + at * 0.12345678, lat: 37 + at * 0.0987654 };
      const read = placeOf(placeText(spot, zoom));
      const pixel = 360 / (256 * 2 ** zoom);
      assert.equal(read.zoom, zoom);
      assert.ok(Math.abs(read.lng - spot.lng) <= pixel / 2 + 1e-9 && Math.abs(read.lat - spot.lat) <= pixel / 2 + 1e-9);
    }
  }
});

test('beyond the ends of the world the address says nothing', () => {
  assert.equal(placeText({ lng: 200, lat: 39 }, 4), null);
  assert.equal(placeText({ lng: 109, lat: 88 }, 4), null);
});
