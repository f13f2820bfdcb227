// Asks the server: one place for addresses, refusals and waiting.

const pageLang = () => document.documentElement.lang.slice(0, 2);

export class Refusal extends Error {
  constructor(body, status) {
    super(body?.error?.message?.[pageLang()] || `${status}`);
    Object.assign(this, { findings: body?.error?.findings || [], count: body?.error?.findings_count, fields: body?.error?.fields || [], status });
  }
}

// What is wrong in the form itself, before anybody is asked: [{ name, message }].
export class Unfit extends Error {
  constructor(fields) {
    super(fields.map((one) => one.message).join(pageLang() === 'en' ? '; ' : '；'));
    Object.assign(this, { fields, findings: [] });
  }
}

// A text in both languages: {zh, en}, or the two one after the other.
export const said = (text) => {
  if (typeof text === 'string') return text;
  if (Array.isArray(text)) return text[pageLang() === 'en' ? 1 : 0];
  return text ? text[pageLang()] ?? text.zh : '';
};

export const asked = async (address, options = {}) => {
  const answer = await fetch(address, { ...options, headers: { Accept: 'application/json', ...options.headers } });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refusal(body, answer.status);
  return body;
};

export const posted = (address, body, signal) => asked(address, {
  method: 'POST', body: JSON.stringify(body), signal, headers: { 'Content-Type': 'application/json' },
});

export const uploaded = (file, role, crs) => asked(`/siting/tables?${new URLSearchParams({ role, crs, name: file.name })}`, {
  method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' },
});

// A file by its own name; null where it has to be solved for another audience first.
export const taken = async (address) => {
  const answer = await fetch(address);
  if (answer.status === 409) return null;
  if (!answer.ok) throw new Refusal(await answer.json().catch(() => null), answer.status);
  const name = decodeURIComponent((answer.headers.get('Content-Disposition') || '').split("''")[1] || 'siting');
  return { content: await answer.blob(), name };
};

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// Follows a job to its end. The wait grows, so a short solve is shown at once and a long one asks seldom.
export const followed = async (job, onProgress) => {
  for (let wait = 60; ; wait = Math.min(wait * 1.5, 800)) {
    await pause(wait);
    const now = await asked(`/siting/jobs/${job}`);
    onProgress(now);
    if (!['waiting', 'running'].includes(now.state)) return now;
  }
};
