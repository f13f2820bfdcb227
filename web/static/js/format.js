// Numbers and words as printed. Missing is never 0: it has its own word.

export const STATUS = {
  r: 'reported', d: 'derived', p: 'provisional', a: 'apportioned', s: 'suppressed', m: 'missing',
};

export const fixed = (value, decimals) => {
  const [whole, part] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const digits = part === undefined ? grouped : `${grouped}.${part}`;
  return value < 0 && /[1-9]/.test(digits) ? `−${digits}` : digits;
};

export const printed = (value, status, indicator, t) => {
  if (value == null) return status === 's' ? t.suppressed : t.missing;
  return fixed(value, indicator.decimals);
};

// The short mark after a value that is not plainly reported.
export const markOf = (status, conflict, t) => {
  const mark = { p: t.mark_provisional, a: t.mark_apportioned }[status] || '';
  return conflict ? `${mark}${t.mark_conflict}` : mark;
};

export const fill = (pattern, values) =>
  pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

// Place among those that have a value: the largest is 1, equal values share a place.
export const ranksOf = (values) => {
  const known = values.filter((value) => value != null).sort((a, b) => b - a);
  const places = new Map();
  known.forEach((value, index) => { if (!places.has(value)) places.set(value, index + 1); });
  return values.map((value) => (value == null ? null : places.get(value)));
};
