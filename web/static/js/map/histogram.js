// How the values of a map lie along its classes: a dot for each area, bars where there are many. What
// is missing or withheld is not in it and is counted beside.

import { el, svg } from '../shared/dom.js';
import { fill } from '../shared/format.js';

const WIDTH = 176;
const HIGH = 26; // for dots and bars, above the band of the classes
const BAND = 6;
const DOT = 6;
const FEW = 60; // so many areas are dots

// Where the axis begins and ends: at the outer breaks, further where values lie beyond them.
export const endsOf = (bounds, values) => [Math.min(bounds[0], ...values), Math.max(bounds.at(-1), ...values)];

// The areas in each column from one end to the other; all in the middle where there is one value.
export const columnsOf = (values, [low, high], count) => {
  const columns = Array.from({ length: count }, () => []);
  values.forEach((value, index) => {
    if (value == null) return;
    const share = high > low ? (value - low) / (high - low) : 0.5;
    columns[Math.min(count - 1, Math.floor(share * count))].push(index);
  });
  return columns;
};

const dotsOf = (columns, view) => {
  const most = Math.max(...columns.map((one) => one.length));
  const step = Math.min(DOT, (HIGH - DOT) / Math.max(1, most - 1));
  return columns.flatMap((column, at) => column.map((index, up) => svg('circle', {
    cx: (at + 0.5) * DOT, cy: HIGH - DOT / 2 - up * step, r: DOT / 2 - 0.5, 'data-guess': view.s[index] === 'a',
  })));
};

const barsOf = (columns) => {
  const most = Math.max(...columns.map((one) => one.length));
  return columns.flatMap((column, at) => (column.length ? [svg('rect', {
    x: at * DOT + 0.5, width: DOT - 1, y: HIGH - Math.max(1, (column.length / most) * HIGH), height: Math.max(1, (column.length / most) * HIGH),
  })] : []));
};

// The classes below, each as wide as it is on the axis.
const bandOf = ({ b, colours }, [low, high]) => {
  const x = (value) => (high > low ? ((value - low) / (high - low)) * WIDTH : 0);
  return colours.slice(0, b.length - 1).map((colour, at) => {
    const [from, to] = [at ? x(b[at]) : 0, at === b.length - 2 ? WIDTH : x(b[at + 1])];
    return svg('rect', { x: from, width: Math.max(0, to - from), y: HIGH + 2, height: BAND, fill: colour, 'data-class': at });
  });
};

export const histogramOf = (view, { t }) => {
  const values = view.sizes;
  const known = values.filter((value) => value != null);
  if (view.drawn !== 'fill' || view.b.length < 2 || known.length < 2) return null;
  const ends = endsOf(view.b, known);
  const columns = columnsOf(values, ends, Math.floor(WIDTH / DOT));
  const drawing = svg('svg', { width: WIDTH, height: HIGH + BAND + 3, viewBox: `0 0 ${WIDTH} ${HIGH + BAND + 3}`, 'aria-hidden': 'true' },
    ...(known.length > FEW ? barsOf(columns) : dotsOf(columns, view)), ...bandOf(view, ends));
  const gone = values.length - known.length;
  const said = fill(t.spread, { count: known.length }) + (gone ? fill(t.spread_without, { count: gone }) : '');
  return el('figure', { 'data-part': 'spread' }, drawing, el('figcaption', {}, said));
};
