// Completes a view for painting: the class and the place of every area.

import { classOf } from './atlas.js';
import { printedValues, rankable, ranksOf } from './format.js';

// Estimates that differ by rounding only stand for one value (h), as in geomap.mapnotes.
const levelled = (view, value, index) => view.h?.[index] ?? value;

// What prints alike has one class: values are sorted as they are printed.
export const prepare = (view, withEstimates = false) => ({
  ...view,
  classes: printedValues(view).map((value, index) => classOf(levelled(view, value, index), view.b)),
  withEstimates,
  ranks: ranksOf(rankable(view, withEstimates)),
});
