// Builds elements. Foreign text only ever enters as text.

export const el = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'style') Object.assign(element.style, value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

const SVG = 'http://www.w3.org/2000/svg';

export const svg = (name, attributes = {}, ...children) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

// Texts are put together with the marks of Chinese; in English these are half-width.
const MARKS = { '（': ' (', '）': ')', '：': ': ', '；': '; ', '、': ', ', '，': ', ' };
export const punctuated = (text) => (document.documentElement.lang.startsWith('zh') ? text : text.replace(/[（）：；、，]/g, (mark) => MARKS[mark]));

// Leaflet names its buttons in English only.
export const nameZoom = (map, t) => [['in', t.zoom_in], ['out', t.zoom_out]].forEach(([way, name]) => {
  const button = map.getContainer().querySelector(`.leaflet-control-zoom-${way}`);
  if (button) Object.assign(button, { title: name, ariaLabel: name });
});

// Whether a key is a short cut of the page: without Ctrl and Alt, not written into a field, and with
// no dialog before it.
export const isShortcut = (event) => !event.ctrlKey && !event.metaKey && !event.altKey
  && !event.target.closest?.('input:not([type=range], [type=checkbox]), select, textarea')
  && !document.querySelector('dialog[open]');

export const byId = (id) => document.getElementById(id);

// Once what is there has been painted: sizes are known then, and reading them costs nothing.
export const afterPaint = (act) => requestAnimationFrame(() => setTimeout(act));

// The shapes of sites, on a 16 × 16 field about its middle, told apart without colour; and how far
// each reaches from its middle at most and at least. All as geomap.emblems gives them.
const SHAPES = {
  circle: 'M8.00 2.42L6.56 2.61L5.21 3.17L4.06 4.06L3.17 5.21L2.61 6.56L2.42 8.00L2.61 9.44L3.17 10.79L4.06 11.94L5.21 12.83L6.56 13.39L8.00 13.58L9.44 13.39L10.79 12.83L11.94 11.94L12.83 10.79L13.39 9.44L13.58 8.00L13.39 6.56L12.83 5.21L11.94 4.06L10.79 3.17L9.44 2.61Z',
  square: 'M12.91 3.09L3.09 3.09L3.09 12.91L12.91 12.91Z',
  triangle: 'M8.00 -0.62L0.53 12.31L15.47 12.31Z',
  diamond: 'M8.00 1.05L1.05 8.00L8.00 14.95L14.95 8.00Z',
  pentagon: 'M8.00 1.63L1.94 6.03L4.25 13.16L11.75 13.16L14.06 6.03Z',
  star: 'M8.00 0.25L6.10 5.39L0.63 5.61L4.93 9.00L3.44 14.27L8.00 11.22L12.56 14.27L11.07 9.00L15.37 5.61L9.90 5.39Z',
  hexagon: 'M8.00 1.90L2.72 4.95L2.72 11.05L8.00 14.10L13.28 11.05L13.28 4.95Z',
  cross: 'M5.77 1.80L10.23 1.80L10.23 5.77L14.20 5.77L14.20 10.23L10.23 10.23L10.23 14.20L5.77 14.20L5.77 10.23L1.80 10.23L1.80 5.77L5.77 5.77Z',
};
const SPANS = {
  circle: [0.900, 0.892],
  square: [1.121, 0.793],
  triangle: [1.391, 0.695],
  diamond: [1.121, 0.793],
  pentagon: [1.028, 0.832],
  star: [1.250, 0.432],
  hexagon: [0.984, 0.852],
  cross: [1.063, 0.360],
};
const MOST_SHAPES = 3;

const icon = (size, ...children) => svg('svg', { class: 'shape', viewBox: '0 0 16 16', width: size, height: size, 'aria-hidden': 'true' }, ...children);
const known = (shape) => (shape in SHAPES ? shape : 'circle');
const about = (shape, factor, more = {}) => svg('path', { d: SHAPES[known(shape)], transform: `translate(8 8) scale(${factor.toFixed(3)}) translate(-8 -8)`, 'vector-effect': 'non-scaling-stroke', ...more });

export const shapeIcon = (shape, size = 14) => {
  const drawn = icon(size, svg('path', { d: SHAPES[known(shape)] }));
  drawn.classList.add(`shape-${shape}`);
  return drawn;
};

// The sign of several sites on one spot: the shapes of their kinds one within the other, the first
// solid, and how many there are where the shapes do not say it (geomap.emblems.sign).
export const signIcon = (kinds, size, count = kinds.length) => {
  const shapes = kinds.slice(0, MOST_SHAPES);
  const many = count > Math.max(2, shapes.length) || shapes.length < count;
  const sizes = shapes.length > 1 ? [0.72] : [1];
  shapes.slice(1).forEach((around, index) => {
    sizes.push(sizes[index] * Math.min((1.08 * SPANS[known(shapes[index])][0]) / SPANS[known(around)][1], 2.4));
  });
  const frames = shapes.map((shape, index) => about(shape, sizes[index], index ? { class: 'frame' } : {})).reverse();
  const drawn = shapes.length === 1 ? shapeIcon(shapes[0], size) : icon(size, about(shapes.at(-1), sizes.at(-1), { class: 'halo' }), ...frames);
  if (!many) return drawn;
  const number = svg('text', { x: 8 + 6.2 * SPANS[known(shapes.at(-1))][1] * sizes.at(-1) + 3, y: 12, class: 'many' });
  number.textContent = `×${count}`;
  drawn.append(number);
  return drawn;
};
