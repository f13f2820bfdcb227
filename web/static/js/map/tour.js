// Whether the tour comes by itself: once, on the first visit, where it can be remembered that it did.
// It is fetched then, or when the help asks for it; a page that stands alone or in a frame has none.

import { byId } from '../shared/dom.js';
import { framedAs } from './framed.js';
import { fetched } from './share.js';

const TOURED = 'geomap.tour';

// Where nothing can be kept it would come each time, so it does not come at all.
const isNew = () => {
  try {
    if (window.localStorage.getItem(TOURED)) return false;
    window.localStorage.setItem(TOURED, '');
    return true;
  } catch {
    return false;
  }
};
const remember = () => { try { window.localStorage.setItem(TOURED, 'seen'); } catch { /* full */ } };

export const furnishTour = () => {
  const button = byId('tour-open');
  if (!button || framedAs()) return;
  let coming = null;
  const start = async (byHand) => {
    coming ??= fetched(button.dataset, 'geomapTour');
    try {
      const words = await coming; // the script is there then
      window.geomapTour.openTour(words, remember, byHand);
    } catch {
      coming = null; // the next press asks again
    }
  };
  button.addEventListener('click', () => { byId('help').close(); start(true); });
  if (isNew()) setTimeout(() => start(false), 500); // the map comes first
};
