// The question: the form, the settings it stands for, and the address that holds them.

import { byId, el, punctuated } from '../shared/dom.js';
import { fill } from '../shared/format.js';
import { Refusal, said, Unfit, uploaded } from './ask.js';
import { Criteria } from './criteria.js';

const PLAIN = ['kind', 'demand', 'candidates', 'existing', 'distance', 'crs', 'model', 'sites', 'budget', 'radius', 'time_limit'];
const NUMBERS = new Set(['sites', 'budget', 'radius', 'time_limit']);
const LISTS = ['criteria', 'comparisons', 'put'];
const NUMBER_LISTS = ['radii', 'catchment', 'decay'];
const numbersIn = (text) => text.replace(/[，、;；]/g, ',').split(',').filter((part) => part.trim()).map(Number);

export const readAddress = (data) => {
  const query = new URLSearchParams(window.location.search);
  const settings = { ...data.defaults, put: [], remove: [], required_areas: [] };
  const stated = PLAIN.filter((name) => query.has(name));
  stated.forEach((name) => { settings[name] = NUMBERS.has(name) ? Number(query.get(name)) : query.get(name); });
  NUMBER_LISTS.filter((name) => query.has(name)).forEach((name) => { settings[name] = numbersIn(query.get(name)); });
  if (query.get('fair') === 'true') settings.fair = true;
  if (query.get('each') === 'true') settings.required_areas = data.areas.map((area) => area.code);
  LISTS.forEach((name) => {
    const usual = data.defaults[name] || [];
    try { if (query.has(name)) settings[name] = JSON.parse(query.get(name)); } catch { settings[name] = usual; }
    if (query.has(name) && !Array.isArray(settings[name])) settings[name] = usual;
  });
  if (query.has('remove')) settings.remove = query.get('remove').split('|').filter(Boolean);
  const files = Object.fromEntries((query.get('files') || '').split(',').map((part) => part.split(':')).filter((pair) => pair.length === 2));
  return { settings, files };
};

const bare = (criteria) => JSON.stringify(criteria.map(({ id, ...one }) => one));

// What differs from the defaults, so that a link says what was chosen and no more.
export const writeAddress = (data, settings, files) => {
  const query = new URLSearchParams();
  const sought = ['allocate', 'rank'].includes(settings.kind);
  PLAIN.forEach((name) => {
    const value = settings[name];
    if ((name === 'candidates' && !sought) || (['model', 'sites', 'budget', 'radius'].includes(name) && settings.kind !== 'allocate')) return;
    if (value !== undefined && value !== null && value !== data.defaults[name]) query.set(name, value);
  });
  NUMBER_LISTS.filter((name) => settings[name] && String(settings[name]) !== String(data.defaults[name])).forEach((name) => query.set(name, settings[name].join(',')));
  if (settings.fair) query.set('fair', 'true');
  if (settings.required_areas?.length) query.set('each', 'true');
  if (settings.kind === 'rank' && bare(settings.criteria) !== bare(data.defaults.criteria)) query.set('criteria', bare(settings.criteria));
  if (settings.kind === 'rank' && settings.comparisons) query.set('comparisons', JSON.stringify(settings.comparisons));
  if (settings.kind === 'whatif') {
    if (settings.put.length) query.set('put', JSON.stringify(settings.put));
    if (settings.remove.length) query.set('remove', settings.remove.join('|'));
  }
  const kept = Object.entries(files).map((pair) => pair.join(':')).join(',');
  if (kept) query.set('files', kept);
  if (data.lang !== 'zh') query.set('lang', data.lang);
  window.history.replaceState(null, '', `/siting${query.size ? `?${query}` : ''}`);
  query.set('lang', data.lang === 'zh' ? 'en' : 'zh');
  document.querySelector('.language').href = `/siting?${query}`;
};

export class Form {
  constructor(data, { onSolve, onKind }) {
    Object.assign(this, { data, onKind, files: {}, form: byId('ask') });
    this.form.addEventListener('submit', (event) => { event.preventDefault(); onSolve(); });
    this.form.addEventListener('change', (event) => {
      if (event.target.type === 'file') this.upload(event.target);
      this.refresh();
      if (event.target.name === 'kind') onKind(event.target.value);
    });
    this.criteria = new Criteria(data, () => this.refresh());
  }

  get kind() { return this.form.elements.kind.value; }

  set kind(kind) {
    this.form.elements.kind.value = kind;
    this.refresh();
  }

  show(settings, files) {
    this.files = { ...files };
    this.form.elements.kind.value = settings.kind;
    const [head, rest] = settings.candidates.split(':');
    const [way, factor] = settings.distance.split(':');
    const values = {
      model: settings.model, sites: settings.sites ?? this.data.defaults.sites, radius: settings.radius ?? '', demand: settings.demand, existing: settings.existing,
      candidates: head === 'hexagons' ? head : settings.candidates, spacing: head === 'hexagons' ? rest : 20,
      distance: way === 'detour' ? way : settings.distance, detour: way === 'detour' ? factor : 1.3,
      crs: settings.crs, budget: settings.budget ?? '', time_limit: settings.time_limit,
    };
    Object.entries(values).forEach(([id, value]) => this.set(id, value));
    NUMBER_LISTS.forEach((name) => this.set(name, (settings[name] || []).join(', ')));
    byId('fair').checked = Boolean(settings.fair);
    byId('each').checked = settings.required_areas?.length > 0;
    this.criteria.show(settings.criteria?.length ? settings.criteria : this.data.defaults.criteria, settings.comparisons);
    this.refresh();
  }

  // A choice that the list does not have (several kinds at once) is added to it.
  set(id, value) {
    const field = byId(id);
    field.value = value;
    if (field.tagName === 'SELECT' && field.value !== value) {
      field.append(el('option', { value }, value));
      field.value = value;
    }
  }

  // Where a setting stands in the form.
  fieldOf(name) {
    const finer = { candidates: [byId('candidates').value === 'hexagons', 'spacing'], distance: [byId('distance').value === 'detour', 'detour'] }[name];
    return byId(finer?.[0] ? finer[1] : name);
  }

  // Every number that is lacking or cannot be, in the words of its label.
  unfit() {
    const { t } = this.data;
    const wanted = new Set(['radius', 'spacing', 'detour', ...(byId('budget').value.trim() ? [] : ['sites'])]);
    const numbers = [...this.form.querySelectorAll('input[type=number][id]')].filter((one) => !one.closest('[hidden]'));
    const found = numbers.map((one) => {
      const { validity, min, max, step, id } = one;
      const label = labelOf(one);
      const words = (validity.badInput && t.field_number) || (!one.value.trim() && wanted.has(id) && t.field_empty)
        || (validity.stepMismatch && step === '1' && t.field_whole)
        || ((validity.rangeUnderflow || validity.rangeOverflow) && (max ? t.field_range : t.field_least));
      return words ? { field: one, message: fill(words, { label, min, max }) } : null;
    }).filter(Boolean);
    const lists = NUMBER_LISTS.map(byId).filter((one) => !one.closest('[hidden]'));
    const bad = lists.filter((one) => (one.id === 'radii' && !numbersIn(one.value).length) || numbersIn(one.value).some((each) => !Number.isFinite(each)));
    return [...found, ...bad.map((field) => ({ field, message: fill(t.field_radii, { label: labelOf(field) }) }))];
  }

  get settings() {
    const unfit = this.unfit();
    if (unfit.length) throw new Unfit(unfit);
    const value = (id) => byId(id).value;
    const number = (id) => (value(id).trim() === '' ? null : Number(value(id)));
    const { kind } = this;
    const made = {
      kind, demand: value('demand'), existing: value('existing'), radii: numbersIn(value('radii')), crs: value('crs'), time_limit: number('time_limit') ?? 30,
      candidates: value('candidates') === 'hexagons' ? `hexagons:${value('spacing')}` : value('candidates'),
      distance: value('distance') === 'detour' ? `detour:${value('detour')}` : value('distance'),
      model: value('model'), put: [], remove: [], required_areas: [],
    };
    if (kind === 'allocate') {
      if (this.asks('radius')) made.radius = number('radius');
      if (number('budget') !== null) made.budget = number('budget');
      else if (this.asks('sites')) made.sites = number('sites');
      made.fair = byId('fair').checked && this.asks('fair');
      if (byId('each').checked) made.required_areas = this.data.areas.map((area) => area.code);
    } else made.candidates = kind === 'rank' ? made.candidates : 'none';
    if (kind === 'rank') Object.assign(made, this.criteria.settings);
    else ['catchment', 'decay'].forEach((name) => { made[name] = numbersIn(value(name)); });
    return made;
  }

  // Only the tables that the settings ask for go along.
  get needed() {
    const roles = ['demand', 'existing', 'candidates'].filter((role) => byId(role).value === 'table' && (role !== 'candidates' || ['allocate', 'rank'].includes(this.kind)));
    const [way] = byId('distance').value.split(':');
    if (['matrix', 'roads'].includes(way)) roles.push(way);
    if (['allocate', 'rank'].includes(this.kind)) roles.push('exclude');
    if (this.kind === 'rank' && this.criteria.zoned) roles.push('zone');
    return Object.fromEntries(roles.filter((role) => this.files[role]).map((role) => [role, this.files[role]]));
  }

  // The model that is chosen, and whether it has a use for a setting.
  get model() { return this.data.models.find((one) => one.id === byId('model').value); }

  asks(setting) { return this.model.asks.includes(setting); }

  refresh() {
    const { kind } = this;
    const way = byId('distance').value;
    const show = (selector, when) => this.form.querySelectorAll(selector).forEach((one) => { one.hidden = !when(one); });
    show('[data-for]', (one) => one.dataset.for.split(' ').includes(kind));
    show('[data-asked]', (one) => this.asks(one.dataset.asked));
    show('[data-table]', (one) => {
      const role = one.dataset.table;
      return ['matrix', 'roads'].includes(role) ? way.startsWith(role) : byId(role).value === 'table';
    });
    show('[data-hexagons]', () => byId('candidates').value === 'hexagons');
    byId('zone-file').hidden = !this.criteria.zoned;
    show('[data-detour]', () => way === 'detour');
    byId('model-help').textContent = said(this.model.help);
    const unit = way.endsWith(':min') ? this.data.t.unit_min : this.data.t.unit_km;
    this.form.querySelectorAll('.unit').forEach((one) => { one.textContent = unit; });
  }

  async upload(input) {
    const { t } = this.data;
    const box = input.closest('.file');
    const { role } = box.dataset;
    const told = box.querySelector('.told');
    const [file] = input.files;
    delete this.files[role];
    if (!file) { told.replaceChildren(); return; }
    told.replaceChildren(fill(t.uploading, { name: file.name }));
    try {
      const found = await uploaded(file, role, byId('crs').value);
      this.files[role] = found.table;
      told.replaceChildren(fill(t.upload_ok, { name: found.name, rows: found.rows }), findingsOf(found.findings, t, found.findings_count));
    } catch (error) {
      told.replaceChildren(el('span', { class: 'bad' }, error.message), findingsOf(error.findings, t, error.count));
    }
  }

  busy(on) {
    byId('solve').disabled = on;
    byId('cancel').hidden = !on;
    if (!on) byId('progress').hidden = true;
  }

  mark(faults) {
    this.form.querySelectorAll('.field-fault').forEach((one) => one.remove());
    this.form.querySelectorAll('[aria-invalid]').forEach((one) => {
      one.removeAttribute('aria-invalid');
      one.setAttribute('aria-describedby', (one.getAttribute('aria-describedby') || '').replace(/ ?fault-\S+/, ''));
    });
    const marked = faults.map(({ field, name, message }) => [field || (name ? this.fieldOf(name) : null), message])
      .filter(([field]) => field && this.form.contains(field) && field.matches('input, select'));
    marked.forEach(([field, message]) => {
      const id = `fault-${field.id}`;
      (field.closest('.pair') || field).after(el('p', { class: 'field-fault bad', id }, said(message)));
      field.setAttribute('aria-invalid', 'true');
      field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') || ''} ${id}`.trim());
      const folded = field.closest('details');
      if (folded) folded.open = true;
    });
    marked[0]?.[0].focus();
  }

  progress(words) {
    byId('progress').hidden = !words;
    byId('progress').textContent = words;
  }

  // Says what is wrong, each fault at its field too; the first of them gets the focus.
  fault(error) {
    this.mark(error?.fields || []);
    const box = byId('fault');
    box.hidden = !error;
    if (!error) { box.replaceChildren(); return; }
    const words = error instanceof TypeError ? this.data.t.unreachable : error.message;
    box.replaceChildren(el('p', {}, words), error instanceof Refusal ? findingsOf(error.findings, this.data.t, error.count) : '');
  }
}

const labelOf = (input) => {
  const label = document.querySelector(`label[for="${input.id}"]`);
  return [...label.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE).map((one) => one.textContent.trim()).join('');
};

const MOST_FINDINGS = 100;
export const findingsOf = (findings, t, count = findings?.length) => {
  if (!findings?.length) return '';
  const rows = findings.slice(0, MOST_FINDINGS).map((one) => el('li', {},
    [one.file, one.line ? fill(t.row, { line: one.line }) : '', one.column ? fill(t.column, { column: one.column }) : ''].filter(Boolean).join(' · '),
    el('br'), `${said(one.what)}${punctuated('：')}${said(one.fix)}`));
  if (count > MOST_FINDINGS) rows.push(el('li', {}, fill(t.more_findings, { count: count - MOST_FINDINGS })));
  return el('ul', { class: 'findings', tabindex: 0 }, ...rows);
};
