// Saved views: what of the page was named and kept. A view is {name, query, title}: its name, the
// state of the page as its address has it, and what was shown, for whoever no longer finds it.

export const LONGEST_NAME = 60;
export const MOST_VIEWS = 200;
const LONGEST_QUERY = 4000;
const FORMAT = 1;

// What is wrong with a name, or with a whole list: a key of the words, and what goes into them.
export class Unfit extends Error {
  constructor(code, values = {}) { super(code); Object.assign(this, { code, values }); }
}

const isView = (one) => ['name', 'query', 'title'].every((key) => typeof one?.[key] === 'string')
  && one.name.trim() && one.name.length <= LONGEST_NAME && one.query.length <= LONGEST_QUERY;
const bare = ({ name, query, title }) => ({ name: name.trim(), query, title: title.slice(0, 300) });

// What a text of the storage holds; null where it holds no list. Entries that are none are counted.
export const readViews = (text) => {
  if (!text) return { views: [], strange: 0 };
  try {
    const all = JSON.parse(text);
    if (!Array.isArray(all)) return null;
    const views = all.filter(isView).map(bare);
    return { views, strange: all.length - views.length };
  } catch {
    return null;
  }
};

// The name as it is kept; one that cannot be is refused.
export const fitName = (text, views, but = null) => {
  const name = [...text].map((one) => (one < ' ' || one === '\u007f' ? ' ' : one)).join('').replace(/\s+/g, ' ').trim();
  if (!name) throw new Unfit('view_nameless');
  if (name.length > LONGEST_NAME) throw new Unfit('view_long', { count: name.length, most: LONGEST_NAME });
  if (views.some((one) => one !== but && one.name === name)) throw new Unfit('view_known', { name });
  return name;
};

export const withView = (views, text, query, title) => {
  if (views.length >= MOST_VIEWS) throw new Unfit('view_many', { most: MOST_VIEWS });
  return [...views, bare({ name: fitName(text, views), query, title })];
};

export const renamed = (views, view, text) => {
  const name = fitName(text, views, view);
  return views.map((one) => (one === view ? { ...one, name } : one));
};

export const exported = (views) => `${JSON.stringify({ geomap_views: FORMAT, views }, null, 1)}\n`;

// Another view of a known name stands beside it: 园区（2）.
const besideNames = (name, views) => {
  for (let at = 2; ; at += 1) {
    const tail = `（${at}）`;
    const other = name.slice(0, LONGEST_NAME - tail.length) + tail;
    if (!views.some((one) => one.name === other)) return other;
  }
};

// Takes the views of a file in; gives all, and how many came, were there already, or were none.
export const imported = (views, text) => {
  let file;
  try { file = JSON.parse(text); } catch { throw new Unfit('view_no_file'); }
  if (!Array.isArray(file?.views) || file.geomap_views === undefined) throw new Unfit('view_no_file');
  if (file.geomap_views !== FORMAT) throw new Unfit('view_newer');
  const found = file.views.filter(isView).map(bare);
  let all = views;
  let known = 0;
  found.forEach((one) => {
    const same = all.find((other) => other.name === one.name);
    if (same?.query === one.query) { known += 1; return; }
    if (all.length >= MOST_VIEWS) throw new Unfit('view_many', { most: MOST_VIEWS });
    all = [...all, same ? { ...one, name: besideNames(one.name, all) } : one];
  });
  return { views: all, come: all.length - views.length, known, strange: file.views.length - found.length };
};
