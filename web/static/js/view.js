// Completes a view for painting: the class and the place of every area.

import { classOf } from './atlas.js';
import { rankable, ranksOf } from './format.js';

export const prepare = (view, withEstimates = false) => ({
  ...view,
  classes: view.v.map((value) => classOf(value, view.b)),
  withEstimates,
  ranks: ranksOf(rankable(view, withEstimates)),
});
