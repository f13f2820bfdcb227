// Puts texts on the clipboard, by media type. Over plain http in a local network browsers give no
// clipboard API: the older copy command is told what to take.

import { el } from './dom.js';

// A page may write to the clipboard from https, or on this machine.
const hasApi = () => Boolean(window.isSecureContext && window.ClipboardItem && navigator.clipboard?.write);
const byApi = async (partsOf) => {
  if (!hasApi()) return false;
  try {
    await navigator.clipboard.write([new ClipboardItem(partsOf())]);
    return true;
  } catch {
    return false;
  }
};

// Something must be selected; in a dialog only what stands in it can be.
const byCommand = (texts, holder) => {
  let taken = false;
  const give = (event) => {
    event.preventDefault();
    Object.entries(texts).forEach(([type, text]) => event.clipboardData.setData(type, text));
    taken = true;
  };
  const focused = document.activeElement;
  const field = el('textarea', { readonly: true, 'aria-hidden': 'true', tabindex: -1, 'data-part': 'copied' }, texts['text/plain'] || ' ');
  holder.append(field);
  field.select();
  document.addEventListener('copy', give, { capture: true, once: true });
  try {
    return document.execCommand('copy') && taken;
  } catch {
    return false;
  } finally {
    document.removeEventListener('copy', give, { capture: true });
    field.remove();
    focused?.focus({ preventScroll: true });
  }
};

// Whether it could be done; `texts` by media type, with one that is plain.
export const copyTexts = async (texts, holder = document.body) => {
  const blobs = () => Object.fromEntries(Object.entries(texts).map(([type, text]) => [type, new Blob([text], { type })]));
  return (await byApi(blobs)) || byCommand(texts, holder);
};

// "image" as a picture itself; "reference" as a page that names it, which Word fetches it by; null
// where neither can be.
export const copyPicture = async (address, html, holder) => {
  const fetched = async () => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.blob();
  };
  if (await byApi(() => ({ 'image/png': fetched() }))) return 'image';
  return byCommand({ 'text/html': html, 'text/plain': address }, holder) ? 'reference' : null;
};
