// Which sites are shown: those of the kinds that are switched on and that pass every filter. The
// address holds the filters; map, legend and list show the same sites.

export const OUTSIDE = 'outside';
export const UNTOLD = 'none'; // a site without targets has no verdict
export const FACETS = ['level', 'industry', 'verdict', 'within'];

// Where a site stands in the list: its area, the city where that is not stated, else outside.
export const homeOf = (atlas, site) => (site.area === atlas.city.code || atlas.indexOf.has(site.area) ? site.area : OUTSIDE);

export const verdictOf = (atlas, site) => {
  const mark = atlas.plans?.marks[site.id];
  return mark ? atlas.plans.verdicts[mark[0]][2] : UNTOLD;
};

const TESTS = {
  level: (atlas, value) => { const at = atlas.levels.findIndex(([id]) => id === value); return (site) => site.l === at; },
  industry: (atlas, value) => { const at = atlas.industries.indexOf(value); return (site) => Boolean(site.d?.includes(at)); },
  verdict: (atlas, value) => (site) => verdictOf(atlas, site) === value,
  within: (atlas, value) => (site) => homeOf(atlas, site) === value,
};

export const narrowed = (state) => FACETS.filter((key) => state[key]);

export const passing = (atlas, state) => {
  const tests = narrowed(state).map((key) => TESTS[key](atlas, state[key]));
  return atlas.sites.filter((site) => tests.every((test) => test(site)));
};

// What can be chosen of each: values that some site has, with their words; none where all are alike.
export const choicesOf = (atlas, t) => {
  const { sites, plans } = atlas;
  const used = (values) => new Set(values);
  const levels = used(sites.map((site) => site.l));
  const homes = used(sites.map((site) => homeOf(atlas, site)));
  const verdicts = used(sites.map((site) => verdictOf(atlas, site)));
  const areas = [...atlas.areas.map((area) => [area.code, area.name]), [atlas.city.code, t.area_unstated], [OUTSIDE, t.outside]];
  const found = {
    within: areas.filter(([code]) => homes.has(code)),
    level: atlas.levels.filter((one, at) => levels.has(at)),
    industry: atlas.industries.map((one) => [one, one]),
    verdict: plans ? [...plans.verdicts.map(([, word, id]) => [id, word]), [UNTOLD, t.no_targets]].filter(([id]) => verdicts.has(id)) : [],
  };
  const without = { within: 0, level: Number(levels.has(undefined)), industry: 1, verdict: 0 };
  return Object.fromEntries(Object.entries(found).filter(([key, values]) => values.length + without[key] > 1 && values.length));
};

// The same sites are the same list: what has been drawn of them need not be drawn again.
export class Chosen {
  constructor(atlas) { Object.assign(this, { atlas, key: null }); }

  of(state, kinds) {
    const key = [kinds, ...FACETS.map((one) => state[one] || '')].join('|');
    if (key === this.key) return this.sites;
    const wanted = new Set(kinds);
    this.key = key;
    this.sites = passing(this.atlas, state).filter((site) => wanted.has(site.kind));
    return this.sites;
  }
}
