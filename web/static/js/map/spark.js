// A small line of the years of one indicator in one place, on the same scale as the chart of it
// (series.js): what is missing and a new definition are gaps, estimates are hollow.

import { svg } from '../shared/dom.js';
import { breaksOf, pieces, pointsOf, ticksOf } from './series.js';

const EDGE = 3.5; // room for the marks

// Where each point that there is stands; null where no two of them may be joined: there is no course.
export const courseOf = (indicator, index, area, { width, height }) => {
  const points = pointsOf(indicator, index);
  const known = points.filter((one) => one.value != null);
  const joinable = pieces(breaksOf(indicator, area), points);
  if (!joinable.length) return null;
  const ticks = ticksOf(known.map((one) => one.value), { fromZero: indicator.measure === 'count' });
  const [first, last, low, high] = [points[0].year, points.at(-1).year, ticks[0], ticks.at(-1)];
  const x = (year) => EDGE + ((year - first) / (last - first)) * (width - 2 * EDGE);
  const y = (value) => height - EDGE - ((value - low) / (high - low)) * (height - 2 * EDGE);
  return { known: known.map((one) => ({ ...one, x: x(one.year), y: y(one.value) })), lines: joinable.map(({ from, to, dashed }) => ({ x1: x(from.year), y1: y(from.value), x2: x(to.year), y2: y(to.value), dashed })) };
};

// The numbers are told beside it, or in the table of the years: it is a picture of them only.
export const sparkOf = (indicator, index, area, year, size = { width: 48, height: 20 }) => {
  const course = courseOf(indicator, index, area, size);
  if (!course) return null;
  return svg('svg', { 'data-part': 'spark', ...size, viewBox: `0 0 ${size.width} ${size.height}`, 'aria-hidden': 'true' },
    ...course.lines.map(({ dashed, ...ends }) => svg('line', { ...ends, 'data-guess': dashed })),
    ...course.known.map((one) => svg('circle', { cx: one.x, cy: one.y, r: one.year === year ? 2.8 : 1.6, 'data-guess': one.status === 'a', 'data-now': one.year === year })));
};
