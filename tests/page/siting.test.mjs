// The question of the siting page: its address, what is put and moved, what is said of an answer.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Refusal, said, Unfit } from '../../web/static/js/siting/ask.js';
import { readAddress, writeAddress } from '../../web/static/js/siting/form.js';
import { Plan } from '../../web/static/js/siting/plan.js';
import { localised, Speaker } from '../../web/static/js/siting/result.js';

const link = {};
let address;

const at = (search, lang = 'zh-CN') => {
  globalThis.window = { location: { search }, history: { replaceState: (state, title, to) => { address = to; } } };
  globalThis.document = { documentElement: { lang }, querySelector: () => link };
};

beforeEach(() => at(''));

const data = {
  lang: 'zh', areas: [{ code: '150602', name: '东胜区' }, { code: '150603', name: '康巴什区' }],
  defaults: { kind: 'allocate', model: 'p_median', sites: 2, radius: 30, radii: [30, 50], demand: 'population', candidates: 'grid', criteria: [{ id: 'a', weight: 1 }] },
};

// --- the address ----------------------------------------------------------------------------------

test('the bare address asks the usual question', () => {
  const { settings, files } = readAddress(data);
  assert.deepEqual(settings, { ...data.defaults, put: [], remove: [], required_areas: [] });
  assert.deepEqual(files, {});
});

test('numbers and lists are read as such, whatever comma they are written with', () => {
  at('?sites=3&radii=10，20;30&fair=true&each=true&remove=b1|b2&files=demand:abc');
  const { settings, files } = readAddress(data);
  assert.deepEqual([settings.sites, settings.radii, settings.fair], [3, [10, 20, 30], true]);
  assert.deepEqual([settings.required_areas, settings.remove, files], [['150602', '150603'], ['b1', 'b2'], { demand: 'abc' }]);
});

test('an address that holds no list is read as if it were not there', () => {
  at('?put=5&criteria={}&comparisons=[');
  const { settings } = readAddress(data);
  assert.deepEqual([settings.put, settings.criteria, settings.comparisons], [[], data.defaults.criteria, []]);
});

test('a link says what was chosen and no more', () => {
  writeAddress(data, { ...data.defaults, sites: 1, radii: [30, 50], put: [], remove: [] }, {});
  assert.equal(address, '/siting?sites=1');
  writeAddress(data, { ...data.defaults, kind: 'cover', sites: 1, put: [], remove: [] }, { demand: 'abc' });
  assert.equal(address, '/siting?kind=cover&files=demand%3Aabc');
  assert.equal(link.href, '/siting?kind=cover&files=demand%3Aabc&lang=en');
});

test('what was written is read again', () => {
  const put = [{ lon: 107.5, lat: 39.5, name: '新 1' }];
  writeAddress(data, { ...data.defaults, kind: 'whatif', put, remove: ['b1'] }, {});
  at(address.replace('/siting', ''));
  const { settings } = readAddress(data);
  assert.deepEqual([settings.kind, settings.put, settings.remove], ['whatif', put, ['b1']]);
});

// --- what is put, moved and taken away -------------------------------------------------------------

const planned = () => {
  const plan = new Plan({ t: { plan_new: '新点 {number}' } }, { onChange: () => { plan.changes = (plan.changes || 0) + 1; } });
  return plan;
};

test('a place that is put has the first free name and five decimals', () => {
  const plan = planned();
  plan.add({ lat: 39.1234567, lng: 109 });
  plan.add({ lat: 39, lng: 110 });
  plan.drop(0);
  plan.add({ lat: 39, lng: 111 });
  assert.deepEqual(plan.put, [{ lon: 110, lat: 39, name: '新点 2' }, { lon: 111, lat: 39, name: '新点 1' }]);
  assert.equal(plan.changes, 4);
});

test('a site that exists is moved once, by its id, and goes back', () => {
  const plan = planned();
  plan.move({ id: 'b1', name: '甲' }, { lat: 39, lng: 109 });
  plan.move({ id: 'b1', name: '甲' }, { lat: 39.5, lng: 109 });
  assert.deepEqual(plan.put, [{ id: 'b1', name: '甲', lon: 109, lat: 39.5 }]);
  plan.takeAway('b2');
  plan.undo('b1');
  plan.undo('b2');
  assert.equal(plan.empty, true);
});

test('a plan keeps copies of what it is given', () => {
  const [plan, put] = [planned(), [{ lon: 1, lat: 2, name: '甲' }]];
  plan.set({ put });
  plan.move({ index: 0 }, { lat: 3, lng: 4 });
  assert.deepEqual(put, [{ lon: 1, lat: 2, name: '甲' }]);
  plan.clear();
  assert.equal(plan.empty, true);
});

// --- what is said ---------------------------------------------------------------------------------

test('a text of two languages is said in that of the page', () => {
  assert.deepEqual([said('a'), said({ zh: '甲', en: 'a' }), said(['甲', 'a']), said(null)], ['a', '甲', '甲', '']);
  at('', 'en');
  assert.deepEqual([said({ zh: '甲', en: 'a' }), said(['甲', 'a']), said({ zh: '甲' })], ['a', 'a', '甲']);
});

test('a refusal has the words of the server, or its number where there are none', () => {
  const refusal = new Refusal({ error: { message: { zh: '间距至少', en: 'at least' }, findings: [1], fields: [{ name: 'spacing' }] } }, 400);
  assert.deepEqual([refusal.message, refusal.findings, refusal.fields, refusal.status], ['间距至少', [1], [{ name: 'spacing' }], 400]);
  assert.equal(new Refusal(null, 502).message, '502');
  assert.equal(new Unfit([{ message: '甲' }, { message: '乙' }]).message, '甲；乙');
});

test('what is written in English names places in English where there is a name', () => {
  const outcome = { chosen: [{ name: '甲', name_en: 'A' }, { name: '乙' }] };
  assert.deepEqual(localised(outcome, 'en').chosen.map((one) => one.name), ['A', '乙']);
  assert.equal(localised(outcome, 'zh'), outcome);
});

test('amounts, shares and distances that are not known have a sign of their own', () => {
  const speaker = new Speaker({ lang: 'zh', areas: data.areas, t: { never: '到不了', unit_km: '公里', unit_min: '分钟' } });
  const outcome = { distance: { unit: 'km' } };
  assert.deepEqual([speaker.far(null, outcome), speaker.far(12.345, outcome), speaker.share(null), speaker.share(0.5)], ['到不了', '12.3 公里', '—', '50.0%']);
  assert.deepEqual([speaker.amount(1234.5), speaker.amount(12), speaker.amount(1.005), speaker.amount(null)], ['1,235', '12', '1.01', '—']);
  assert.equal(speaker.list(['a', 'b', 'c', 'd', 'e']), 'a、b、c、d…');
  assert.equal(speaker.placeName({ id: 'g7', name: 'g7', area: '150602' }), '东胜区 g7');
  assert.equal(speaker.placeName({ id: 'b1', name: '甲基地', area: '150602' }), '甲基地');
});

test('nothing new is enough only where the model itself says how many it takes, with a budget too', () => {
  const models = [{ id: 'p-median', asks: ['fair', 'sites'] }, { id: 'lscp', asks: ['radius'] }];
  const speaker = new Speaker({ lang: 'zh', areas: [], models, t: { headline_enough: '够了', headline_nothing: '没有新建' } });
  const outcome = (model, sites, budget) => ({ kind: 'allocate', status: 'optimal', chosen: [], settings: { model, sites, budget } });
  assert.equal(speaker.heading(outcome('lscp', null, null)), '够了');
  assert.equal(speaker.heading(outcome('lscp', null, 5)), '够了');
  assert.equal(speaker.heading(outcome('p-median', null, 5)), '没有新建');
});

test('headlines name the radius that was asked for, else the middle one', () => {
  const speaker = new Speaker({ lang: 'zh', areas: [], t: {} });
  const radii = [{ radius: 10 }, { radius: 30 }, { radius: 50 }];
  assert.equal(speaker.level({ settings: { radius: 50 }, after: { radii } }).radius, 50);
  assert.equal(speaker.level({ settings: {}, after: { radii } }).radius, 30);
});
