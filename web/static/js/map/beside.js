// What the city says beside the value of an area.

import { fill, fixed, percent, printed } from '../shared/format.js';

// Whether a number stands for about so much (约25), not only with other decimals than usual.
export const isRough = (value, how) => Boolean(how?.t) && (value == null || how.t !== fixed(value, how.d));

// Counts as a share of the city, all else against the city's own value; "–" where that cannot be
// told: a share of what is known about only is none, and that of an estimate is how it was made.
export const besideCity = (indicator, one, city, t) => {
  if (!city?.value || one?.value == null) return '–';
  if (indicator.measure !== 'count') return fill(t.city_is, { value: printed(city.value, 'r', indicator, t, city.how) });
  const told = one.status !== 'a' && !isRough(one.value, one.how) && !isRough(city.value, city.how) && one.value >= 0 && one.value <= city.value;
  return told ? fill(t.of_city, { share: percent(one.value / city.value) }) : '–';
};
