// A second map beside the first, for another indicator or year, with one view over both.

import { byId, el } from './dom.js';
import { legendOf, makeReachable } from './legend.js';
import { TalentLayer } from './layer.js';
import { prepare } from './view.js';

export class Compare {
  constructor(map, atlas, { onSelect, onHover, onChange }) {
    Object.assign(this, { map, atlas, onSelect, onHover, onChange });
    this.box = byId('second');
    byId('compare-indicator').replaceChildren(...atlas.indicators.filter((one) => atlas.yearsOf(one).length)
      .map((one) => el('option', { value: one.id }, one.name)));
    byId('compare-indicator').addEventListener('change', (event) => onChange({ compare: event.target.value }));
    byId('compare-year').addEventListener('change', (event) => onChange({ compare: `${byId('compare-indicator').value}:${event.target.value}` }));
    byId('compare').addEventListener('click', () => onChange({ compare: this.box.hidden ? this.suggestion() : null }));
    byId('compare-close').addEventListener('click', () => onChange({ compare: null }));
  }

  // Another year of the same indicator where there is one, else the indicator that follows.
  suggestion() {
    const { indicator, year } = this.first;
    const other = this.atlas.yearsOf(indicator).filter((one) => one !== year).at(-1);
    if (other !== undefined) return `${indicator.id}:${other}`;
    const all = this.atlas.indicators.filter((one) => this.atlas.yearsOf(one).length);
    return all[(all.indexOf(indicator) + 1) % all.length].id;
  }

  // Made at first use: most readers never compare.
  open() {
    if (this.layer) return;
    this.second = L.map('map-second', { ...this.map.options, zoomControl: false });
    this.second.setView(this.map.getCenter(), this.map.getZoom(), { animate: false });
    this.layer = new TalentLayer(this.second, this.atlas, { onSelect: this.onSelect, onHover: this.onHover });
    let moving = false;
    const follow = (from, to) => from.on('move', () => {
      if (moving || this.box.hidden) return;
      moving = true;
      to.setView(from.getCenter(), from.getZoom(), { animate: false });
      moving = false;
    });
    follow(this.map, this.second);
    follow(this.second, this.map);
  }

  async show(first, state) {
    this.first = first;
    const wanted = state.compare;
    this.box.hidden = !wanted;
    byId('compare').setAttribute('aria-pressed', String(Boolean(wanted)));
    document.body.classList.toggle('comparing', Boolean(wanted));
    if (!wanted) return;
    this.open();
    this.second.invalidateSize({ animate: false });
    const [indicator, year] = wanted.split(':');
    const view = prepare(await this.atlas.view({ indicator, year, as: state.as && first.indicator.id === indicator ? state.as : null }));
    byId('compare-indicator').value = view.indicator.id;
    byId('compare-year').replaceChildren(...this.atlas.yearsOf(view.indicator).map((one) => el('option', { value: one }, one)));
    byId('compare-year').value = view.year;
    this.layer.paint(view);
    this.layer.select(state.area);
    byId('legend-second').replaceChildren(...legendOf(view, this.atlas, []));
    this.second.invalidateSize({ animate: false });
    this.second.setView(this.map.getCenter(), this.map.getZoom(), { animate: false });
    makeReachable(byId('legend-second'));
    this.layer.keepClearOf([this.box.querySelector('.pickers')]);
  }
}
