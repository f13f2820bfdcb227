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

export const byId = (id) => document.getElementById(id);

// The shapes of sites, on a 16 × 16 field. Told apart without colour.
const SHAPES = {
  circle: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2Z',
  square: 'M2.5 2.5h11v11h-11Z',
  triangle: 'M8 1.5 15 14H1Z',
  diamond: 'M8 1 15 8 8 15 1 8Z',
  pentagon: 'M8 1.2 15 6.4 12.3 14.6H3.7L1 6.4Z',
  star: 'M8 .8l2 4.9 5.2.4-4 3.4 1.3 5.1L8 11.8l-4.5 2.8 1.3-5.1-4-3.4L6 5.7Z',
  hexagon: 'M4.5 1.8h7L15 8l-3.5 6.2h-7L1 8Z',
  cross: 'M5.5 1h5v4.5H15v5h-4.5V15h-5v-4.5H1v-5h4.5Z',
};

export const shapeIcon = (shape, size = 14) =>
  svg('svg', { class: `shape shape-${shape}`, viewBox: '0 0 16 16', width: size, height: size, 'aria-hidden': 'true' },
    svg('path', { d: SHAPES[shape] || SHAPES.circle }));
