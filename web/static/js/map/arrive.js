// Where a search leads: an area or a site on the map, an indicator, a document.

import { afterPaint } from '../shared/dom.js';
import { FACETS } from './sitefilter.js';

const onMap = () => (document.body.dataset.face === 'map' ? {} : { view: 'map' });

const toArea = async (page, code) => {
  const { atlas, layer, map } = page;
  const index = atlas.indexOf.get(code);
  await page.change({ area: index === undefined ? null : code, ...onMap() });
  const polygon = layer.polygons[index];
  if (polygon && !map.getBounds().intersects(polygon.getBounds())) map.panTo(polygon.getBounds().getCenter());
  afterPaint(() => (polygon?.getElement?.() ?? map.getContainer()).focus({ preventScroll: true }));
};

// Its sign on the map with its name, or its line in the profile where it has no place.
export const toSite = async (page, id, { stay = false } = {}) => {
  const { atlas, map, desk: { folds } } = page;
  const site = atlas.sites.find((one) => one.id === id);
  const layers = page.layers();
  if (!layers.includes(site.kind)) await page.change({ layers: [...layers, site.kind].join(',') });
  if (!page.besideAreas().shown.includes(site)) await page.change(Object.fromEntries(FACETS.map((key) => [key, null])));
  if (Object.keys(onMap()).length) await page.change(onMap());
  if (folds.opener('right')?.offsetParent) { folds.reveal(); folds.set('right', true); }
  await page.openSite(site);
  const marker = page.sites.expose(site);
  afterPaint(() => {
    marker?.openTooltip();
    if (stay) return;
    (marker?.getElement() ?? document.querySelector(`#site-${CSS.escape(id)} summary`) ?? map.getContainer()).focus({ preventScroll: true });
  });
};

export const arrive = (page, { kind, id }) => {
  const { lang } = page.atlas;
  if (kind === 'area') return toArea(page, id);
  if (kind === 'site') return toSite(page, id);
  if (kind === 'source') return window.location.assign(`/sources?lang=${lang}&id=${encodeURIComponent(id)}#${encodeURIComponent(id)}`);
  page.desk.onPick(id);
  return page.map.getContainer().focus({ preventScroll: true });
};
