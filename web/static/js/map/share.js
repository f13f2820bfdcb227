// The button of the dialog that shares; the dialog itself, its words and its looks are fetched when
// it is first pressed. A page that stands alone carries them.

import { getJson } from './atlas.js';
import { byId, el } from '../shared/dom.js';
import { asked } from './leave.js';

const added = (name, attributes) => new Promise((done, failed) => {
  document.head.append(el(name, { ...attributes, onload: done, onerror: () => failed(new Error(attributes.src || attributes.href)) }));
});

// The words of a part that is fetched on first use, once its looks and its script, which sets a
// name of the window, are there too.
export const fetched = async ({ script, looks, words }, name) => {
  const [said] = await Promise.all([getJson(words), added('link', { rel: 'stylesheet', href: looks }), window[name] || added('script', { src: script })]);
  return said;
};

export const furnishShare = (page) => {
  const button = byId('share-open');
  if (!button) return;
  let coming = page.atlas.share ? Promise.resolve(page.atlas.share) : null;
  const press = async () => {
    try {
      coming ??= fetched(button.dataset, 'geomapShare');
      const words = await coming;
      window.geomapShare.openShare(page, () => asked(page), words);
    } catch {
      coming = null; // the next press asks again
      page.tell(page.atlas.t.failed);
    }
  };
  button.addEventListener('click', press);
  byId('share-also')?.addEventListener('click', () => { byId('leave').open = false; press(); });
};
