// A small mark beside the label of each area that has sites without coordinates: how many there are
// of those that are shown. It opens them in the list.

import { el } from '../shared/dom.js';
import { fill } from '../shared/format.js';

const HALF = 8; // pixels
const SIDES = [[1, -1], [-1, -1], [1, 1], [-1, 1]];

// The corner of a label that lies over no marker, else the first.
export const cornerOf = ({ x, y, width, height }, markers) => {
  const corners = SIDES.map(([across, down]) => [x + (across * width) / 2, y + (down * height) / 2]);
  return corners.find(([left, top]) => markers.every((one) => Math.hypot(one.x - left, one.y - top) > one.reach)) || corners[0];
};

export class Unplaced {
  constructor(map, atlas, { onOpen }) {
    Object.assign(this, { map, atlas, onOpen, marks: new Map() });
    this.pane = map.createPane('unplaced');
    this.pane.style.zIndex = 645;
  }

  show(sites) {
    if (this.sites === sites) return;
    this.sites = sites;
    this.counts = new Map();
    sites.filter((site) => site.lon == null && this.atlas.indexOf.has(site.area)).forEach((site) => {
      const index = this.atlas.indexOf.get(site.area);
      this.counts.set(index, (this.counts.get(index) || 0) + 1);
    });
  }

  // At a corner of each label, where it hides no marker if there is such a one; where an area has
  // no label, at its middle, but not among very many.
  place(labels, many, obstacles = []) {
    if (!this.counts) return;
    const markers = obstacles.map(({ at: place, size }) => ({ ...this.map.latLngToLayerPoint(place), reach: size / 2 + HALF }));
    const at = new Map(labels.map((one) => [one.index, cornerOf(one, markers)]));
    const wanted = [...this.counts].filter(([index]) => at.has(index) || !many);
    this.marks.forEach((mark, index) => { if (!wanted.some(([one]) => one === index)) { mark.remove(); this.marks.delete(index); } });
    wanted.forEach(([index, count]) => {
      const { x, y } = this.map.latLngToLayerPoint([this.atlas.areas[index].y, this.atlas.areas[index].x]);
      const [left, top] = at.get(index) || [x, y];
      this.markOf(index, count).style.transform = `translate(${Math.round(left - 12)}px, ${Math.round(top - 12)}px)`;
    });
  }

  markOf(index, count) {
    const { atlas, marks } = this;
    const area = atlas.areas[index];
    if (!marks.has(index)) {
      const mark = el('button', { type: 'button', 'data-unplaced': area.code, onclick: (event) => { event.stopPropagation(); this.onOpen(area.code); } }, el('span', {}));
      L.DomEvent.disableClickPropagation(mark);
      marks.set(index, mark);
      this.pane.append(mark);
    }
    const words = fill(count === 1 ? atlas.t.unplaced_one : atlas.t.unplaced_many, { area: area.name, count });
    const mark = marks.get(index);
    Object.assign(mark, { title: words, ariaLabel: words });
    mark.firstChild.textContent = String(count);
    return mark;
  }
}
