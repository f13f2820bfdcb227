// Where the card of an area stands, the small lines of years, and what is told against the city:
// all worked out by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { besideCity, isRough } from '../../web/static/js/map/beside.js';
import { bestPlace, placesFor } from '../../web/static/js/map/card.js';
import { courseOf } from '../../web/static/js/map/spark.js';

const card = { x: 100, y: 60 };
const frame = { x: 500, y: 300 };

test('a card stands to the right of its area, at its middle, and within the frame', () => {
  const places = placesFor({ x0: 100, y0: 100, x1: 200, y1: 140 }, card, frame);
  assert.deepEqual(places[0], [212, 90]);
  assert.deepEqual(places[1], [8, 90]); // 100 − 12 − 100 is beyond the edge
  assert.deepEqual(places.slice(2, 4), [[100, 28], [100, 152]]);
});

test('it goes where it hides none of the area, even over the legend', () => {
  const places = [[0, 0], [200, 0], [300, 0]];
  const legend = { x0: 200, y0: 0, x1: 320, y1: 50 };
  assert.deepEqual(bestPlace(places, card, (x) => x < 150, [legend]), [200, 0]);
  assert.deepEqual(bestPlace(places, card, () => false, [legend]), [0, 0]);
});

const indicator = {
  measure: 'rate', breaks: [2020],
  years: Object.fromEntries([[2016, 0, 'r'], [2017, 50, 'a'], [2018, null, 'm'], [2019, 100, 'r'], [2020, 100, 'r'], [2021, 50, 'r']].map(([year, v, s]) => [year, { v: [v], s, x: [], c: null }])),
};

test('a small line has gaps where a number is missing or the definition is another', () => {
  const { known, lines } = courseOf(indicator, 0, undefined, { width: 57, height: 27 });
  // 50 px for five years, 20 px for 0 to 100, 3.5 px about them.
  assert.deepEqual(known.map(({ x, y }) => [x, y]), [[3.5, 23.5], [13.5, 13.5], [33.5, 3.5], [43.5, 3.5], [53.5, 13.5]]);
  assert.deepEqual(lines.map(({ x1, x2, dashed }) => [x1, x2, dashed]), [[3.5, 13.5, true], [43.5, 53.5, false]]);
});

test('where no two years may be compared there is no line', () => {
  const years = { 2019: indicator.years[2019], 2020: indicator.years[2020] };
  assert.equal(courseOf({ ...indicator, years }, 0, undefined, { width: 57, height: 27 }), null);
});

const t = { of_city: '占 {share}%', city_is: '全市 {value}' };
const count = { measure: 'count', decimals: 1 };

test('counts are told as a share of the city, rates beside it, and of what is about so much nothing', () => {
  assert.equal(besideCity(count, { value: 5 }, { value: 40 }, t), '占 12.5%');
  assert.equal(besideCity({ measure: 'rate', decimals: 1 }, { value: 5 }, { value: 40 }, t), '全市 40.0');
  assert.equal(besideCity(count, { value: 5, how: { d: 0, t: '约5' } }, { value: 40 }, t), '–');
  assert.equal(besideCity(count, { value: 5 }, { value: 40, how: { d: 0, t: '40多' } }, t), '–');
  assert.equal(besideCity(count, { value: 5, status: 'a' }, { value: 40 }, t), '–');
  assert.equal(besideCity(count, { value: 50 }, { value: 40 }, t), '–');
  assert.deepEqual([besideCity(count, { value: null }, { value: 40 }, t), besideCity(count, { value: 5 }, null, t), besideCity(count, { value: 5 }, { value: 0 }, t)], ['–', '–', '–']);
});

test('a number with other decimals is not rough for that', () => {
  assert.equal(isRough(5, { d: 0, t: '5' }), false);
  assert.equal(isRough(null, { d: 1, t: '−0.1 – 0.2' }), true);
});
