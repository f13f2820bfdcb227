// What the page does with sites: filters them, lists them beside the map, marks areas that have some
// without coordinates, and keeps map and list at the same site.

import { afterPaint, byId, el, shapeIcon } from '../shared/dom.js';
import { toSite } from './arrive.js';
import { SiteList } from './sitelist.js';
import { Unplaced } from './unplaced.js';

export class SiteDesk {
  constructor(page) {
    const { map, atlas, layer } = page;
    Object.assign(this, { page, atlas });
    this.list = new SiteList(atlas, {
      onChange: (change) => page.change(change),
      onSite: (site) => toSite(page, site.id, { stay: true }),
      onPoint: (id) => this.point(id),
      onOpen: () => this.unfold(),
    });
    this.unplaced = new Unplaced(map, atlas, { onOpen: (code) => this.openUnplaced(code) });
    layer.onLabels = (...laid) => this.unplaced.place(...laid);
  }

  show(state, kinds, sites, marked) {
    this.unplaced.show(sites);
    this.list.show(state, kinds, sites, marked);
    this.outside(sites, marked);
  }

  // Where a site without coordinates is pointed at, its area lights up.
  point(id) {
    const { page, atlas } = this;
    const site = id && atlas.sites.find((one) => one.id === id);
    page.sites.light(id);
    page.layer.hover(site && site.lon == null ? atlas.indexOf.get(site.area) ?? null : null);
  }

  // In a small window the column that holds the list opens over the map.
  unfold() {
    const { folds } = this.page.desk;
    if (!folds.opener('right')?.offsetParent) return;
    folds.reveal();
    folds.set('right', true);
  }

  async openUnplaced(code) {
    this.unfold();
    await this.page.change({ list: 'sites' });
    afterPaint(() => this.list.toUnplaced(code));
  }

  // Those of one spot that are too many to be spread out.
  async openMany(sites) {
    this.unfold();
    await this.page.change({ list: 'sites' });
    this.list.pin(sites);
  }

  // Sites that lie off the map are listed on it.
  outside(sites, marked) {
    const { atlas, page } = this;
    const { plans } = atlas;
    const kinds = atlas.kinds.filter((kind) => kind.outside && sites.some((site) => site.kind === kind.id));
    byId('outside').hidden = !kinds.length;
    byId('outside').replaceChildren(...kinds.flatMap((kind) => [el('h2', {}, kind.name),
      el('ul', {}, ...sites.filter((site) => site.kind === kind.id).map((site) => el('li', {}, shapeIcon(kind.shape, 14),
        el('button', { type: 'button', class: 'plain', onclick: () => page.openSite(site) }, site.name), ...(plans?.markOf(site.id, marked) ? [plans.sign(plans.marks[site.id][0]), el('span', { class: 'hush' }, plans.words(site.id))] : []))))]));
  }
}
