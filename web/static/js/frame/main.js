// What every page with the head of the site does.

import { followTrail } from '../shared/trail.js';

export const frame = followTrail;

followTrail();
