// What a search finds, the best first: a name before what is said of it, its beginning before its
// inside. Pinyin in full, its initials, or both mixed (dongsq) mean the Chinese name.

import { holdsWords, searched } from '../shared/words.js';

const MOST_FOUND = 12;
const MOST_OF_GROUP = 4; // at first: no kind may crowd out the others
const LONGEST_PINYIN = 60;
const NOT_FOUND = 9;

// As pinyin is typed: 西安 may be xi'an, 旅 lǚ or lv.
const typed = (words) => {
  const key = searched(words).replace(/[\s'’]/g, '').replace(/ü/g, 'v');
  return /^[a-z0-9&]+$/.test(key) && key.length <= LONGEST_PINYIN ? key : '';
};

// Whether letters are beginnings of syllables that follow one another.
const spells = (letters, syllables, at) => {
  if (!letters) return true;
  const syllable = syllables[at] || '';
  for (let long = Math.min(syllable.length, letters.length); long; long -= 1) {
    if (syllable.startsWith(letters.slice(0, long)) && spells(letters.slice(long), syllables, at + 1)) return true;
  }
  return false;
};

// Letters count within a Latin name where a word begins: "ace" is not in "Place".
const inName = (name, words) => (/^[a-z]/.test(words) ? name.includes(` ${words}`) : name.includes(words));

// 0 the name itself, 1 its beginning, 2 that of its pinyin, 3 and 4 within them, 5 all words in the
// names, 6 in what is said of it.
export const tierOf = (entry, query) => {
  const words = searched(query).trim().replace(/\s+/g, ' ');
  if (!words) return NOT_FOUND;
  const names = (entry.keys ||= entry.names.map(searched));
  if (names.includes(words)) return 0;
  if (names.some((name) => name.startsWith(words))) return 1;
  const letters = typed(words);
  const spelt = (entry.spelt ||= entry.pinyin.map((one) => one.split(' ')));
  if (letters && spelt.some((one) => spells(letters, one, 0))) return 2;
  if (names.some((name) => inName(name, words))) return 3;
  if (letters.length > 1 && spelt.some((one) => one.some((syllable, at) => spells(letters, one, at)))) return 4;
  if (holdsWords(words, ...entry.names)) return 5;
  return holdsWords(words, ...entry.names, entry.note, entry.text) ? 6 : NOT_FOUND;
};

// The best of each group, then whatever is best.
const bestOf = (ranked) => {
  const counts = new Map();
  const first = ranked.filter(({ entry: { group } }) => counts.set(group, (counts.get(group) || 0) + 1).get(group) <= MOST_OF_GROUP).slice(0, MOST_FOUND);
  const rest = ranked.filter((one) => !first.includes(one)).slice(0, MOST_FOUND - first.length);
  return ranked.filter((one) => first.includes(one) || rest.includes(one));
};

// { groups: [{ group, entries }], count }: at most twelve, the group of the best first.
export const findAll = (entries, query) => {
  const ranked = entries.map((entry, order) => ({ entry, order, tier: tierOf(entry, query) })).filter(({ tier }) => tier < NOT_FOUND)
    .sort((a, b) => a.tier - b.tier || a.order - b.order);
  const groups = new Map();
  bestOf(ranked).forEach(({ entry }) => groups.set(entry.group, [...(groups.get(entry.group) || []), entry]));
  return { groups: [...groups].map(([group, found]) => ({ group, entries: found })), count: ranked.length };
};
