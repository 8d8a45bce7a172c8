/** What makes the desk's pages live. Without it every page works, and is as old as it was loaded. */
const PAGE_EVERY_MS = 5000;
/** The same while somebody waits for what comes of an act. */
const OPEN_EVERY_MS = 1000;
/** After so long without an answer, or without a word of a stream that speaks every four seconds, the line is lost. */
const SILENT_MS = 13000;
const { body } = document;
const byId = (id) => document.getElementById(id);

/** Shows a sentence about the connection; none when all is well. */
function tellConnection(sentence) {
  const place = byId('connection');
  if (place.textContent !== sentence) place.textContent = sentence;
}

/** The count in the title and the menu. */
function showCount(count) {
  document.title = `${count > 0 ? `(${count}) ` : ''}${document.title.replace(/^\(\d+\) /, '')}`;
  const badge = byId('waiting');
  if (badge) badge.textContent = String(count);
}

function showTrouble(sentences) {
  const place = byId('trouble');
  const known = [...place.children].map((one) => one.textContent);
  if (known.join('\n') === sentences.join('\n')) return;
  place.replaceChildren(
    ...sentences.map((sentence) => {
      const line = document.createElement('p');
      line.className = 'trouble';
      line.textContent = sentence;
      return line;
    }),
  );
}

/** Replaces a part of the page by the same part of another, and gives the focus back to what had it. */
function replacePart(id, other) {
  const mine = byId(id);
  const theirs = other.getElementById(id);
  if (!mine || !theirs || mine.innerHTML === theirs.innerHTML) return;
  const focused = mine.contains(document.activeElement) ? document.activeElement : null;
  if (focused && focused.matches('input, select, textarea')) return; // somebody is filling it in
  const link = focused?.getAttribute('href');
  const focusedId = focused?.id;
  const unfolded = new Set(
    [...mine.querySelectorAll('details[open] > summary')].map((one) => one.textContent),
  );
  mine.innerHTML = theirs.innerHTML;
  for (const summary of mine.querySelectorAll('details > summary'))
    if (unfolded.has(summary.textContent)) summary.parentElement.open = true;
  for (const { name, value } of theirs.attributes) mine.setAttribute(name, value);
  if (!focused) return;
  const again =
    (focusedId && byId(focusedId)) ||
    (link && [...mine.querySelectorAll('a')].find((one) => one.getAttribute('href') === link));
  (again || byId('main')).focus();
}

async function samePage() {
  const response = await fetch(location.href, {
    headers: { 'x-desk-live': '1' },
    redirect: 'manual',
    signal: AbortSignal.timeout(SILENT_MS),
  });
  if (response.status === 401) {
    tellConnection(body.dataset.signedOut);
    return { status: 401, page: null };
  }
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  return { status: response.status, page };
}

/** The page of a purchase, or the one that says that Temporal does not answer, is looked at again. */
async function refresh() {
  if (document.visibilityState !== 'visible') return;
  try {
    const { status, page } = await samePage();
    if (!page) return;
    if (status === 200 && !byId('live')) return location.reload();
    if (status !== 200)
      return showTrouble([...page.querySelectorAll('#trouble p')].map((one) => one.textContent));
    replacePart('outcome', page);
    replacePart('live', page);
    replacePart('live-more', page);
  } catch {
    tellConnection(body.dataset.lost);
  }
}

function keepFresh() {
  const isOpen = byId('outcome')?.querySelector('[data-open]');
  setTimeout(() => void refresh().then(keepFresh), isOpen ? OPEN_EVERY_MS : PAGE_EVERY_MS);
}

async function refreshQueue(digest) {
  const list = byId('queue');
  if (!list || list.dataset.digest === digest) return;
  const { status, page } = await samePage();
  if (status === 200 && page) replacePart('queue', page);
}

function follow() {
  const source = new EventSource('/live');
  let silence;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      source.close();
      tellConnection(body.dataset.lost);
      follow();
    }, SILENT_MS);
  };
  heard();
  for (const event of ['open', 'alive', 'queue', 'trouble']) source.addEventListener(event, heard);
  source.addEventListener('open', () => tellConnection(''));
  source.addEventListener('queue', ({ data }) => {
    const { count, digest } = JSON.parse(data);
    showCount(count);
    refreshQueue(digest).catch(() => tellConnection(body.dataset.lost));
  });
  source.addEventListener('trouble', ({ data }) => showTrouble(JSON.parse(data)));
  source.addEventListener('end', () => {
    clearTimeout(silence);
    source.close();
    tellConnection(body.dataset.signedOut);
  });
  source.addEventListener('error', () => {
    const isOver = source.readyState === EventSource.CLOSED; // refused: the session has ended, or the desk is full
    if (isOver) clearTimeout(silence);
    tellConnection(isOver ? body.dataset.signedOut : body.dataset.lost);
  });
}

if (body.dataset.session) follow();
if (body.dataset.live) keepFresh();
(byId('notice') || document.querySelector('#outcome[tabindex]'))?.focus();
