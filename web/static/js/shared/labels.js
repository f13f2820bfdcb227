// Places labels: in their own area, else outside all areas with a leader line, else not at all.
// Never in another area, over another label, over furniture or over the edge of the frame; no leader
// crosses a label or another leader. The rule of geomap.placement, in pixels. Sizes are reckoned,
// not measured: no layout is forced.

import { el } from './dom.js';

// As in the style sheet, which writes larger on a wide screen; the small one for all labels of a map
// where the usual one leaves some without a place.
const WIDE_PX = 1700;
const SMALL = { name: 11, value: 11, height: 26, small: true };
const sizes = () => [window.innerWidth < WIDE_PX ? { name: 12, value: 13, height: 32 } : { name: 14, value: 15, height: 36 }, SMALL];
const CELL = 4; // pixels of the raster that knows which area lies where
const STEP = 9; // pixels between places outside
const MOST_INSIDE = 300;
const SITE = 2.5; // what it costs, in heights of a label, to hide a site
const LED = 2; // to lead through another area
const LEAST_OWN = 0.7;
const MOST_HIDDEN = 0.5; // of its area
const FEW_TO_ORDER = 3;
const AIR = 2;
const MARKED = 16; // pixels of a marker
const LARGE = 20;
const NOBODY = -1;

export const textWidth = (text, size) => {
  let width = 0;
  for (const letter of text) width += letter.codePointAt(0) > 0x2e7f ? size : size * 0.58;
  return width;
};

const boxAt = (x, y, width, height) => ({ x0: x - width / 2, x1: x + width / 2, y0: y - height / 2, y1: y + height / 2 });

const overlap = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

const within = (box, frame) => box.x0 >= frame.x0 && box.x1 <= frame.x1 && box.y0 >= frame.y0 && box.y1 <= frame.y1;

// Tens of thousands of places are tried: Math.hypot would take half of the time.
const long = (x, y) => Math.sqrt(x * x + y * y);

const onCircle = (box, { x, y, radius }) => long(x - Math.min(Math.max(x, box.x0), box.x1), y - Math.min(Math.max(y, box.y0), box.y1)) < radius;

// Which area lies where in the frame, by scanlines; areas are given as rings of points.
class Land {
  constructor(areas, frame) {
    this.frame = frame;
    this.columns = Math.max(1, Math.ceil((frame.x1 - frame.x0) / CELL));
    this.rows = Math.max(1, Math.ceil((frame.y1 - frame.y0) / CELL));
    this.owners = new Int16Array(this.columns * this.rows).fill(NOBODY);
    this.cells = areas.map((rings, area) => this.fill(rings, area));
    this.sums = this.summed();
  }

  // How many cells above and left of each corner of the raster belong to an area.
  summed() {
    const { columns, rows, owners } = this;
    const sums = new Int32Array((columns + 1) * (rows + 1));
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0, line = 0; column < columns; column += 1) {
        if (owners[row * columns + column] !== NOBODY) line += 1;
        sums[(row + 1) * (columns + 1) + column + 1] = sums[row * (columns + 1) + column + 1] + line;
      }
    }
    return sums;
  }

  fill(rings, area) {
    const { columns, rows, frame } = this;
    const turns = new Map(); // of each row, where its line enters or leaves
    rings.forEach((ring) => ring.forEach((from, at) => {
      const to = ring[(at + 1) % ring.length];
      const [low, high] = from.y < to.y ? [from, to] : [to, from];
      const first = Math.max(0, Math.ceil((low.y - frame.y0) / CELL - 0.5));
      const last = Math.min(rows, Math.ceil((high.y - frame.y0) / CELL - 0.5));
      for (let row = first; row < last; row += 1) {
        const y = frame.y0 + (row + 0.5) * CELL;
        const x = low.x + ((y - low.y) / (high.y - low.y)) * (high.x - low.x);
        if (!turns.has(row)) turns.set(row, []);
        turns.get(row).push(x);
      }
    }));
    const cells = [];
    turns.forEach((places, row) => {
      places.sort((a, b) => a - b);
      for (let at = 0; at + 1 < places.length; at += 2) {
        const first = Math.max(0, Math.ceil((places[at] - frame.x0) / CELL - 0.5));
        const last = Math.min(columns, Math.ceil((places[at + 1] - frame.x0) / CELL - 0.5));
        for (let column = first; column < last; column += 1) {
          this.owners[row * columns + column] = area;
          cells.push(row * columns + column);
        }
      }
    });
    return cells;
  }

  ownerAt(x, y) {
    const column = Math.floor((x - this.frame.x0) / CELL);
    const row = Math.floor((y - this.frame.y0) / CELL);
    return column < 0 || row < 0 || column >= this.columns || row >= this.rows ? NOBODY : this.owners[row * this.columns + column];
  }

  middle(cell) {
    return [this.frame.x0 + ((cell % this.columns) + 0.5) * CELL, this.frame.y0 + (Math.floor(cell / this.columns) + 0.5) * CELL];
  }

  // The cells that a box touches, and half a cell more.
  cellsOf(box) {
    return {
      x0: Math.max(0, Math.floor((box.x0 - this.frame.x0) / CELL - 0.5)),
      x1: Math.min(this.columns, Math.ceil((box.x1 - this.frame.x0) / CELL + 0.5)),
      y0: Math.max(0, Math.floor((box.y0 - this.frame.y0) / CELL - 0.5)),
      y1: Math.min(this.rows, Math.ceil((box.y1 - this.frame.y0) / CELL + 0.5)),
    };
  }

  // Whether a box lies outside all areas.
  isOutside(box) {
    const { x0, x1, y0, y1 } = this.cellsOf(box);
    const { sums, columns } = this;
    const [above, below] = [y0 * (columns + 1), y1 * (columns + 1)];
    return x1 > x0 && y1 > y0 && sums[below + x1] - sums[below + x0] === sums[above + x1] - sums[above + x0];
  }

  // The share of a box in one area; −1 as soon as another is met.
  share(box, area) {
    const { x0, x1, y0, y1 } = this.cellsOf(box);
    let own = 0;
    for (let row = y0; row < y1; row += 1) {
      for (let column = x0; column < x1; column += 1) {
        const owner = this.owners[row * this.columns + column];
        if (owner === area) own += 1;
        else if (owner !== NOBODY) return -1;
      }
    }
    return own / Math.max(1, (x1 - x0) * (y1 - y0));
  }

  // How many other areas a line runs through, or of some of them when they are given, twofold.
  under(line, area, among) {
    const found = [];
    let last = NOBODY;
    for (let at = 0; at <= 40; at += 1) {
      const owner = this.ownerAt(line.x0 + ((line.x1 - line.x0) * at) / 40, line.y0 + ((line.y1 - line.y0) * at) / 40);
      if (owner !== last && owner !== NOBODY && owner !== area && !found.includes(owner)) found.push(owner);
      last = owner;
    }
    return among ? 2 * found.filter((one) => among.has(one)).length : found.length;
  }
}

// Whether a line passes through a box that is grown by some air, by clipping it at the edges.
const passes = (line, box, air = 0) => {
  const [across, down] = [line.x1 - line.x0, line.y1 - line.y0];
  if (Math.max(line.x0, line.x1) <= box.x0 - air || Math.min(line.x0, line.x1) >= box.x1 + air) return false;
  if (Math.max(line.y0, line.y1) <= box.y0 - air || Math.min(line.y0, line.y1) >= box.y1 + air) return false;
  if (!across || !down) return true;
  const [left, right] = [(box.x0 - air - line.x0) / across, (box.x1 + air - line.x0) / across];
  const [top, bottom] = [(box.y0 - air - line.y0) / down, (box.y1 + air - line.y0) / down];
  return Math.max(0, Math.min(left, right), Math.min(top, bottom)) < Math.min(1, Math.max(left, right), Math.max(top, bottom));
};

const meet = (a, b) => {
  const side = (line, x, y) => (line.x1 - line.x0) * (y - line.y0) - (line.y1 - line.y0) * (x - line.x0);
  return side(a, b.x0, b.y0) * side(a, b.x1, b.y1) <= 0 && side(b, a.x0, a.y0) * side(b, a.x1, a.y1) <= 0;
};

// Places in its own area, nearest to its point first: the middle, rings about it, then all over.
const placesInside = (label, { land, frame, circles }) => {
  const { point, width, height, radius, index } = label;
  const side = radius + width / 2 + 4;
  const over = radius + height / 2 + 3;
  const shunned = circles.filter((one) => one.of !== index || radius);
  const found = [];
  const look = (x, y) => {
    const box = boxAt(x, y, width, height);
    if (!within(box, frame) || shunned.some((one) => onCircle(box, one))) return;
    const share = land.share(box, index);
    if (share < LEAST_OWN) return;
    const far = Math.max(0, long(x - point.x, y - point.y) - radius);
    found.push({ x, y, box, own: share >= 1, least: (1.3 * far) / height + (share < 1 ? 2 : 0) });
  };
  look(point.x, point.y);
  [0.3, 1, 1.3, 1.8, 2.4, 3.2].forEach((far) => {
    for (let turn = 0; turn < 24; turn += 1) look(point.x + Math.cos((turn * Math.PI) / 12) * side * far, point.y + Math.sin((turn * Math.PI) / 12) * over * far);
  });
  const cells = land.cells[index];
  const step = Math.max(1, Math.floor(cells.length / MOST_INSIDE));
  for (let at = 0; at < cells.length; at += step) look(...land.middle(cells[at]));
  return found.sort((one, two) => one.least - two.least);
};

const inside = (label, scene, taken, leaders) => {
  const { land, frame, marks } = scene;
  const { point, width, height, radius, index } = label;
  const free = (box) => taken.every((one) => !overlap(box, one)) && leaders.every((one) => !passes(one, box, AIR));
  const hidden = (box) => marks.filter((one) => overlap(box, one)).length;
  const upon = boxAt(point.x, point.y, width, height);
  const held = radius && long(width, height) < 2 * radius && within(upon, frame);
  if (held && free(upon) && hidden(upon) <= 1) return { ...label, x: point.x, y: point.y, own: true, leader: null, cost: 0 };
  if (width * height > MOST_HIDDEN * land.cells[index].length * CELL * CELL) return null;
  let found = null;
  for (const { x, y, box, own, least } of (label.near ||= placesInside(label, scene))) {
    if (found && least >= found.cost) break;
    if (!free(box)) continue;
    const cost = least + SITE * hidden(box);
    if (!found || cost < found.cost) found = { ...label, x, y, own, leader: null, cost };
  }
  return found;
};

// From the point of the area, or the rim of its circle, to the middle of the nearest side.
const leaderTo = (box, { point, radius }) => {
  const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
  const sides = [long(box.x0 - point.x, y - point.y), long(box.x1 - point.x, y - point.y), long(x - point.x, box.y0 - point.y), long(x - point.x, box.y1 - point.y)];
  const far = Math.min(...sides);
  if (far <= radius) return null;
  const side = sides.indexOf(far);
  const [x1, y1] = [side > 1 ? x : side ? box.x1 : box.x0, side < 2 ? y : side > 2 ? box.y1 : box.y0];
  const share = radius / far;
  return { x0: point.x + (x1 - point.x) * share, y0: point.y + (y1 - point.y) * share, x1, y1, long: far };
};

// Places outside all areas and off the furniture, nearest to a label first, with their leaders.
const placesOutside = (label, { frame, land, furniture, circles }) => {
  const { width, height, index } = label;
  const others = circles.filter((one) => one.of !== index);
  const found = [];
  for (let y = frame.y0 + height / 2 + 1; y < frame.y1 - height / 2; y += STEP) {
    for (let x = frame.x0 + width / 2 + 1; x < frame.x1 - width / 2; x += STEP) {
      const box = boxAt(x, y, width, height);
      if (!land.isOutside(box) || furniture.some((one) => overlap(box, one)) || others.some((one) => onCircle(box, one))) continue;
      const leader = leaderTo(box, label);
      if (!leader || furniture.some((one) => passes(leader, one))) continue;
      const led = land.under(leader, index) + others.filter((one) => passes(leader, boxAt(one.x, one.y, one.radius * 1.4, one.radius * 1.4))).length;
      found.push({ x, y, box, leader, least: leader.long / height + LED * led });
    }
  }
  return found.sort((one, two) => one.least - two.least);
};

const outside = (label, scene, taken, placed) => {
  const { land, marks, waiting } = scene;
  const leaders = placed.map((one) => one.leader).filter(Boolean);
  let best = null;
  for (const { x, y, box, leader, least } of (label.places ||= placesOutside(label, scene))) {
    if (best && least >= best.cost) break;
    if (taken.some((one) => overlap(box, one) || passes(leader, one, AIR))) continue;
    if (leaders.some((one) => passes(one, box, AIR) || meet(one, leader))) continue;
    const hidden = marks.reduce((sum, one) => sum + (overlap(box, one) ? SITE : passes(leader, one) ? SITE / 5 : 0), 0);
    const cost = least + hidden + LED * land.under(leader, label.index, waiting);
    if (!best || cost < best.cost) best = { ...label, x, y, own: false, leader, cost };
  }
  return best;
};

const orders = (all) => (all.length < 2 ? [all] : all.flatMap((one, at) => orders([...all.slice(0, at), ...all.slice(at + 1)]).map((rest) => [one, ...rest])));

const boxOf = (one) => boxAt(one.x, one.y, one.width, one.height);

const outsideAll = (waiting, scene, taken, placed) => {
  let best = [];
  let least = Infinity;
  (waiting.length <= FEW_TO_ORDER ? orders(waiting) : [waiting]).forEach((order) => {
    const found = [];
    order.forEach((label) => {
      const one = outside(label, scene, [...taken, ...found.map(boxOf)], [...placed, ...found]);
      if (one) found.push(one);
    });
    const cost = found.reduce((sum, one) => sum + one.cost, 0) - 1000 * found.length;
    if (cost < least) [best, least] = [found, cost];
  });
  return best;
};

// Labels outside first, then those inside, which keep off leaders; what finds no room goes outside.
const arrange = (wanted, first, scene) => {
  const { furniture } = scene;
  const placed = outsideAll(wanted.filter((one) => first.has(one.index)), { ...scene, waiting: first }, furniture, []);
  const waiting = [];
  wanted.filter((one) => !placed.some((each) => each.index === one.index)).forEach((label) => {
    const found = inside(label, scene, [...furniture, ...placed.map(boxOf)], placed.map((one) => one.leader).filter(Boolean));
    (found ? placed : waiting).push(found || label);
  });
  const late = new Set(waiting.map((one) => one.index));
  return [...placed, ...outsideAll(waiting, { ...scene, waiting: late }, [...furniture, ...placed.map(boxOf)], placed)];
};

// Inside first or outside first, whichever places more, at less cost.
const best = (wanted, scene) => {
  const costOf = (placed) => placed.reduce((sum, one) => sum + one.cost - 1000, 0);
  const one = arrange(wanted, new Set(), scene);
  const led = new Set(wanted.map((each) => each.index));
  one.filter((each) => !each.leader).forEach((each) => led.delete(each.index));
  if (!led.size) return one;
  const two = arrange(wanted, led, scene);
  return costOf(two) < costOf(one) ? two : one;
};

const sized = (label, { name, value, height, small }) => ({ ...label, small, height, width: Math.max(textWidth(label.name, name), textWidth(label.value, value)) + 8 });

// In the largest size in which all find a place, else in the one in which most do.
const mostOf = (labels, scene) => {
  let most = [];
  for (const size of sizes()) {
    const found = best(labels.map((one) => sized(one, size)), scene);
    if (found.length > most.length) most = found;
    if (most.length === labels.length) break;
  }
  return most;
};

// Of very many only what stands in its middle.
const placeDense = (labels, frame, furniture) => {
  const taken = [...furniture];
  return labels.filter((label) => {
    const box = boxAt(label.point.x, label.point.y, label.width, label.height);
    if (!within(box, frame) || taken.some((one) => overlap(box, one))) return false;
    taken.push(box);
    return true;
  }).map((label) => ({ ...label, x: label.point.x, y: label.point.y, own: true, leader: null }));
};

// A page that is made asks several times for one and the same.
const answers = new Map();

// A circle with a number costs more to hide than a sign: the number would be lost.
const markerBoxes = (x, y, size) => (size <= LARGE ? [boxAt(x, y, MARKED, MARKED)] : new Array(3).fill(boxAt(x, y, size, size)));

// labels: {index, point, name, value, room, radius}; areas: rings of points, by the index of a label;
// frame: what can be seen; furniture: boxes on it; sites: points that a label should rather not hide,
// some with a mark at a corner. All in pixels of one layer.
export const placeLabels = (labels, dense, { frame, furniture, sites, areas }) => {
  const seen = labels.filter((one) => within(boxAt(one.point.x, one.point.y, 0, 0), frame))
    .sort((a, b) => b.room - a.room); // large areas first: they keep their middle
  const [usual] = sizes();
  if (dense) return placeDense(seen.map((one) => sized(one, usual)), frame, furniture);
  const marks = sites.flatMap(({ x, y, corner, size = MARKED }) => [...markerBoxes(x, y, size), ...(corner ? [boxAt(x + corner[0], y + corner[1], 14, 14)] : [])]);
  // Where no circle is drawn, the spot that a leader would begin at.
  const circles = labels.map((one) => ({ of: one.index, x: one.point.x, y: one.point.y, radius: one.radius || 3 }));
  const asked = JSON.stringify([frame, furniture, marks, labels.length, usual, seen.map((one) => [one.index, one.point.x, one.point.y, one.radius, one.name, one.value])]);
  if (!answers.has(asked)) {
    if (answers.size > 3) answers.clear();
    const found = mostOf(seen, { land: new Land(areas, frame), frame, circles, marks, furniture });
    answers.set(asked, found.map(({ index, x, y, own, leader, small, width, height }) => ({ index, x, y, own, leader, small, width, height })));
  }
  const byIndex = new Map(seen.map((one) => [one.index, one]));
  return answers.get(asked).map((one) => ({ ...byIndex.get(one.index), ...one }));
};

const leaderLine = ({ x0, y0, x1, y1 }) => {
  const line = el('i', { class: 'leader', 'aria-hidden': 'true' });
  line.style.width = `${Math.hypot(x1 - x0, y1 - y0)}px`;
  line.style.transform = `translate(${x0}px, ${y0}px) rotate(${Math.atan2(y1 - y0, x1 - x0)}rad)`;
  return line;
};

// What is placed, as elements: labels above their leaders.
export const labelElements = (placed) => [
  ...placed.filter((one) => one.leader).map((one) => leaderLine(one.leader)),
  ...placed.map((one) => {
    const kind = one.leader || !one.own ? ' label-moved' : one.dark === false ? ' label-light' : '';
    const label = el('div', { class: `label${kind}${one.missing ? ' label-missing' : ''}${one.small ? ' label-small' : ''}`, 'aria-hidden': 'true' }, el('b', {}, one.name), el('span', {}, one.value));
    label.style.transform = `translate(${one.x}px, ${one.y}px) translate(-50%, -50%)`;
    return label;
  }),
];

// Once, however often it is asked for before the next frame: a map that is fitted moves several times.
export const onceAtMost = (act) => {
  let asked = false;
  return () => {
    if (!asked) queueMicrotask(() => { asked = false; act(); });
    asked = true;
  };
};

// The rings of polygons that Leaflet has projected to the layer.
export const ringsOf = (polygons) => polygons.map((one) => one._rings || []);
