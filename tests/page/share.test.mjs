// What is copied from a table, and the views that are saved.

import assert from 'node:assert/strict';
import { test } from 'node:test';

const { parted, splitNumber, withTabs } = await import('../../web/static/js/share/table.js');
const { exported, fitName, imported, LONGEST_NAME, MOST_VIEWS, readViews, renamed, withView } = await import('../../web/static/js/share/views.js');

const code = (wanted) => (error) => error.code === wanted;
const VIEW = { name: '园区', query: 'indicator=gdp&at=109.8,39.6,8', title: '地区生产总值 2023' };

test('a number and its remark are two, so that a sheet can reckon with the first', () => {
  assert.deepEqual(splitNumber('11.7（估算）'), ['11.7', '估算']);
  assert.deepEqual(splitNumber('11.7 (est.)'), ['11.7', 'est.']);
  assert.deepEqual(splitNumber('1,534.7*'), ['1534.7', '*']);
  assert.deepEqual(splitNumber('−3.2'), ['-3.2', '']);
  assert.deepEqual(splitNumber('+1,200⚑'), ['1200', '⚑']);
});

test('what is no one number stays a text', () => {
  for (const text of ['未上报', '–', '约 300', '约300', '4.64｜4.8 并列', '2–5', '', '十']) assert.deepEqual(splitNumber(text), [text, '']);
});

test('only a column whose numbers bear remarks is parted', () => {
  const rows = [['位次', '旗区', '2020', '2015'], ['1', '东胜区', '11.7（估算）', '2'], ['–', '康巴什区', '未上报', '3']];
  assert.deepEqual(parted(rows, '说明'), [
    ['位次', '旗区', '2020', '说明', '2015'],
    ['1', '东胜区', '11.7', '估算', '2'],
    ['–', '康巴什区', '未上报', '', '3'],
  ]);
});

test('tabs part cells, lines part rows, and nothing becomes a formula', () => {
  const told = { title: '人口\t密度', rows: [['旗区', '数值'], ['=HYPERLINK("x")', '-3.2'], ['@x', '+y']], below: ['来源\n甲'] };
  assert.equal(withTabs(told), ['人口 密度', '旗区\t数值', '\'=HYPERLINK("x")\t-3.2', '\'@x\t\'+y', '来源 甲'].join('\r\n'));
});

test('a view is kept under a name that was cleaned, and no name twice', () => {
  const views = withView([], '  园区\n 人才 ', VIEW.query, VIEW.title);
  assert.deepEqual(views, [{ ...VIEW, name: '园区 人才' }]);
  assert.throws(() => withView(views, '园区 人才', 'x=1', ''), code('view_known'));
  assert.throws(() => withView(views, ' \u0000 ', 'x=1', ''), code('view_nameless'));
});

test('a name of 200 characters is refused, and how many fit is told', () => {
  assert.throws(() => fitName('长'.repeat(200), []), (error) => error.code === 'view_long' && error.values.count === 200 && error.values.most === LONGEST_NAME);
  assert.equal(fitName('长'.repeat(LONGEST_NAME), []).length, LONGEST_NAME);
});

test('a name may hold a script: it is a text', () => {
  assert.equal(withView([], '<script>alert(1)</script>', '', '')[0].name, '<script>alert(1)</script>');
});

test('a view may keep its name when it is renamed, and take no other\'s', () => {
  const views = [VIEW, { ...VIEW, name: '平台' }];
  assert.equal(renamed(views, views[1], '平台')[1].name, '平台');
  assert.equal(renamed(views, views[1], '基地')[1].name, '基地');
  assert.throws(() => renamed(views, views[1], '园区'), code('view_known'));
});

test('a storage that is damaged is told apart from an empty one, and what can be read is', () => {
  assert.deepEqual(readViews(null), { views: [], strange: 0 });
  for (const text of ['{', '{"a":1}', 'null', '"x"', '3']) assert.equal(readViews(text), null, text);
  const text = JSON.stringify([VIEW, null, 7, { name: '', query: '', title: '' }, { name: 'x' }, { ...VIEW, name: 'y'.repeat(200) }, { ...VIEW, more: 1 }]);
  assert.deepEqual(readViews(text), { views: [VIEW, VIEW], strange: 5 });
});

test('a file brings views to another computer; the same one is not brought twice', () => {
  const file = exported([VIEW]);
  assert.deepEqual(imported([], file), { views: [VIEW], come: 1, known: 0, strange: 0 });
  assert.deepEqual(imported([VIEW], file), { views: [VIEW], come: 0, known: 1, strange: 0 });
  const other = { ...VIEW, query: 'indicator=population' };
  assert.deepEqual(imported([other], file).views.map((one) => one.name), ['园区', '园区（2）']);
  const long = { ...VIEW, name: '长'.repeat(LONGEST_NAME) };
  assert.equal(imported([{ ...long, query: 'x' }], exported([long])).views[1].name.length, LONGEST_NAME);
});

test('what is no file of views is refused, and changes nothing', () => {
  for (const text of ['', '[]', '{"views":[]}', 'PK', '{"geomap_views":1,"views":{}}']) assert.throws(() => imported([VIEW], text), code('view_no_file'), text);
  assert.throws(() => imported([VIEW], '{"geomap_views":2,"views":[]}'), code('view_newer'));
  const many = Array.from({ length: MOST_VIEWS + 1 }, (_, at) => ({ ...VIEW, name: String(at) }));
  assert.throws(() => imported([], exported(many)), code('view_many'));
  assert.throws(() => withView(many.slice(1), 'x', '', ''), code('view_many'));
});
