// Completes a view for painting: the class and the place of every area.

import { classOf } from './atlas.js';
import { asPrinted, rankable, ranksOf } from './format.js';

// What prints alike has one class: values are sorted as they are printed.
export const prepare = (view, withEstimates = false) => ({
  ...view,
  classes: view.v.map((value, index) => classOf(asPrinted(value, view.q?.[index]?.d ?? view.indicator.decimals), view.b)),
  withEstimates,
  ranks: ranksOf(rankable(view, withEstimates)),
});
