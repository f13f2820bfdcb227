// Numbers and words as printed. Missing is never 0: it has its own word.

export const STATUS = {
  r: 'reported', d: 'derived', p: 'provisional', a: 'apportioned', s: 'suppressed', m: 'missing',
};

// Why there is no value: not reported, not asked for, or a change without a year or across a break.
export const ABSENT = { m: 'missing', n: 'unpublished', i: 'no_pair', b: 'incomparable', s: 'suppressed' };

// The digits of a number's shortest decimal, and where its point stands among them.
const digitsOf = (value) => {
  const [mantissa, power = '0'] = String(Math.abs(value)).split('e');
  const [whole, part = ''] = mantissa.split('.');
  return { digits: whole + part, point: whole.length + Number(power) };
};

const LONG = 16;

// As geomap/numbers.py writes it: half up on the shortest decimal, thousands apart, a true minus;
// what is not zero is never printed as zero. `shift` moves the point: 2 writes a share in hundredths.
export const fixed = (value, decimals, shift = 0) => {
  const { digits, point } = digitsOf(value);
  if (point + shift > LONG) return (value * 10 ** shift).toExponential().replaceAll('-', '−');
  const cut = point + shift + decimals;
  const kept = BigInt(digits.padEnd(Math.max(cut, 0), '0').slice(0, Math.max(cut, 0)) || '0') + (cut >= 0 && digits[cut] >= '5' ? 1n : 0n);
  const below = value !== 0 && kept === 0n;
  const text = pointed(below ? 1n : kept, decimals);
  const sign = value < 0 ? '−' : '';
  return below ? `${sign ? '>' : '<'}${sign}${text}` : sign + text;
};

const pointed = (units, decimals) => {
  const digits = String(units).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals ? `${whole}.${digits.slice(-decimals)}` : whole;
};

// The number that is printed: what "<0.1" stands for is 0 here.
export const asPrinted = (value, decimals) => {
  if (value == null) return value;
  const text = fixed(value, decimals);
  return /[<>]/.test(text) ? 0 : Number(text.replaceAll(',', '').replaceAll('−', '-'));
};

// The values of a view as they are printed, each with its own decimals.
export const printedValues = (view, { decimals } = view.indicator) =>
  view.v.map((value, index) => asPrinted(value, view.q?.[index]?.d ?? decimals));

// A share of one in hundredths, without a sign.
export const percent = (share, decimals = 1) => fixed(share, decimals, 2);

// `how` holds the text of what is not written in the usual way: 约25, or a range that spans zero.
export const printed = (value, status, indicator, t, how) => {
  if (how?.t) return how.t;
  if (value == null) return missingOf(indicator, t, status);
  return fixed(value, indicator.decimals);
};

// The word for it; without a status the one that the indicator's gaps bear.
export const missingOf = (indicator, t, status) => t[ABSENT[status] || (indicator.change ? 'no_pair' : indicator.asked === false ? 'unpublished' : 'missing')];

export const decimalsOf = (value) => {
  const { digits, point } = digitsOf(value);
  return Math.max(0, digits.replace(/0+$/, '').length - point);
};

// The areas of which only a range is known that spans zero: geomap.wording.unsure.
export const rangedIn = (view) => Object.keys(view.q || {}).filter((at) => view.v[at] == null);

// What is known of one area on a map.
export const valueAt = (view, index) => ({
  value: view.v[index], status: view.s[index], conflict: view.x.includes(index), others: view.u?.[index], joint: view.g?.includes(index), how: view.q?.[index],
});

// The unit after what stands for a value: none after a word.
export const unitOf = (how, indicator) => (how?.w ? '' : indicator.unit);

// What stands for a value: the number with its mark, the numbers side by side that no rule decides
// between, or the word for what is missing.
export const saying = ({ value, status, conflict, others, joint, how }, indicator, t) => {
  if (joint) return t.jointly;
  if (value == null && others) return fill(t.undecided, { values: others.map((one) => fixed(one, Math.max(indicator.decimals, decimalsOf(one)))).join('｜') });
  return printed(value, status, indicator, t, how) + markOf(status, conflict, t);
};

// The short mark after a value that is not plainly reported.
export const markOf = (status, conflict, t) => {
  const mark = { p: t.mark_provisional, a: t.mark_apportioned }[status] || '';
  return conflict ? `${mark}${t.mark_conflict}` : mark;
};

export const fill = (pattern, values) =>
  pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

// Estimates have no place among what was reported, unless it is asked for.
export const rankable = (view, withEstimates, indicator = view.indicator) =>
  printedValues(view, indicator).map((value, index) => ((view.s[index] === 'a' && !withEstimates) || view.h?.[index] != null ? null : value));

// Place among those that have a value, as geomap.ranks gives it: the largest is 1, equal values
// share a place, and one alone has none.
export const ranksOf = (values) => {
  const known = values.filter((value) => value != null).sort((a, b) => b - a);
  if (known.length < 2) return values.map(() => null);
  const places = new Map();
  known.forEach((value, index) => { if (!places.has(value)) places.set(value, index + 1); });
  return values.map((value) => (value == null ? null : places.get(value)));
};

// A place in words: tied where others share it.
export const saidPlace = (rank, ranks, t) => {
  if (!rank) return '–';
  return ranks.filter((one) => one === rank).length > 1 ? fill(t.tied, { rank }) : rank;
};
