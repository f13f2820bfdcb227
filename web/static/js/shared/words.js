// How a text is searched: the twin of geomap.language.searched and holds_words.

export const searched = (text) => text.normalize('NFKC').toLowerCase();

export const holdsWords = (words, ...texts) => {
  const whole = searched(texts.join(' '));
  return searched(words).split(/\s+/).filter(Boolean).every((word) => whole.includes(word));
};
