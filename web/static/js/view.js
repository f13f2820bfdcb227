// Completes a view for painting: the class and the place of every area.

import { classOf } from './atlas.js';
import { asPrinted, rankable, ranksOf } from './format.js';

// Estimates that differ by rounding only stand for one value (h), as in geomap.mapnotes.
const levelled = (view, value, index) => view.h?.[index] ?? value;

// What prints alike has one class: values are sorted as they are printed.
export const prepare = (view, withEstimates = false) => ({
  ...view,
  classes: view.v.map((value, index) => classOf(asPrinted(levelled(view, value, index), view.q?.[index]?.d ?? view.indicator.decimals), view.b)),
  withEstimates,
  ranks: ranksOf(rankable(view, withEstimates)),
});
