// Completes a view for painting: the class and the place of every area.

import { classOf } from './atlas.js';
import { printedValues, rankable, ranksOf } from '../shared/format.js';

// Estimates that differ by rounding only stand for one value (h), as in geomap.mapnotes.
const levelled = (view, value, index) => view.h?.[index] ?? value;

// What prints alike has one class: values are sorted as they are printed.
// `sizes` are what circles, bars and orders show.
export const prepare = (view, withEstimates = false) => {
  const sizes = view.v.map((value, index) => levelled(view, value, index));
  return {
    ...view,
    sizes,
    classes: printedValues({ ...view, v: sizes }).map((value) => classOf(value, view.b)),
    withEstimates,
    ranks: ranksOf(rankable(view, withEstimates)),
  };
};
