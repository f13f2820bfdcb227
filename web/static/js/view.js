// Completes a view for painting: the class and the place of every area.

import { classOf } from './atlas.js';
import { ranksOf } from './format.js';

export const prepare = (view) => ({
  ...view,
  classes: view.v.map((value) => classOf(value, view.b)),
  ranks: ranksOf(view.v),
});
