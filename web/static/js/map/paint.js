// What stands on one map: sites, areas with their labels, the area chosen, the legend. The map and
// the one beside it are both painted here, so that neither can leave out what the other shows.

import { legendOf } from './legend.js';
import { lightUp } from './light.js';

export const paintMap = ({ layer, sites, legend }, view, atlas, { marked, area, shown }) => {
  sites.show(shown, marked);
  sites.onDrawn = () => { layer.obstacles = sites.points(); };
  sites.onDrawn();
  lightUp(layer, null);
  layer.paint(view);
  layer.select(area);
  legend.replaceChildren(...legendOf(view, atlas, shown, marked, sites.spots));
};
