// A class of the legend lights its areas: the others fade, and their names are told. It holds while
// the row is pointed at or has the focus; a press keeps it until the next one.

import { byId, punctuated } from '../shared/dom.js';
import { fill } from '../shared/format.js';

const FAINT = 0.18;
const TOLD = 40; // so many names are read out; of more the rest are counted

// The names of a row's areas, for whoever does not see them light.
export const litWords = (label, names, t) => {
  const rest = names.length - TOLD;
  const told = names.slice(0, TOLD).concat(rest > 0 ? `+${fill(rest === 1 ? t.areas_one : t.areas_count, { count: rest })}` : []);
  return punctuated(`${label}：${told.join('、')}`);
};

// Fades all areas but these; null lights all.
export const lightUp = (layer, indices) => {
  if (!indices && !layer.lit) return;
  layer.lit = indices;
  const lit = indices && new Set(indices);
  const faint = (index) => Boolean(lit) && !lit.has(index);
  layer.polygons.forEach((polygon, index) => {
    if (layer.many) polygon.setStyle({ fillOpacity: faint(index) ? FAINT : 1 });
    else polygon.getElement().style.opacity = faint(index) ? FAINT : '';
  });
  layer.circles.eachLayer((circle) => {
    const { index, full } = circle.options;
    circle.setStyle({ opacity: faint(index) ? FAINT : 1, fillOpacity: faint(index) ? FAINT : full });
  });
};

export const lights = (legend, layer) => {
  const { areas, t } = layer.atlas;
  let kept = null;
  const rowAt = (target) => target.closest?.('[data-lights]');
  const show = (row) => {
    const indices = row?.areas() ?? null;
    lightUp(layer, indices);
    byId('lit').textContent = indices ? litWords(row.querySelector('.lights').textContent, indices.map((index) => areas[index].name), t) : '';
  };
  const back = () => {
    const focused = rowAt(document.activeElement);
    show(kept?.isConnected ? kept : legend.contains(focused) ? focused : null);
  };
  ['mouseover', 'focusin'].forEach((kind) => legend.addEventListener(kind, (event) => { const row = rowAt(event.target); if (row) show(row); }));
  legend.addEventListener('mouseout', (event) => { if (rowAt(event.target) && !rowAt(event.target).contains(event.relatedTarget)) back(); });
  legend.addEventListener('focusout', () => requestAnimationFrame(back));
  legend.addEventListener('click', (event) => {
    const row = rowAt(event.target);
    if (!row) return;
    kept = kept === row ? null : row;
    legend.querySelectorAll('[data-lights]').forEach((one) => one.setAttribute('aria-pressed', String(one === kept)));
    show(row);
  });
};
