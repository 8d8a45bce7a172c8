import { byId, element } from './elements.js';
import { LIST_WORDS } from './list-words.js';
import { onLanguage, showWords } from './page-head.js';
import { language, money } from './words.js';

const LOOK_EVERY_MS = 1_000;
const PATIENCE_MS = 30_000;

let file = null;
let check = null;
let progress = null;
let problem = null;
let isBusy = false;
let listId = new URLSearchParams(location.search).get('list');

const words = () => LIST_WORDS[language()];

async function ask(path, options = {}) {
  const headers = { 'Accept-Language': language(), ...options.headers };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(`/api/lists/${path}`, { ...options, headers, signal });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.code), { code: answer.code });
  return answer;
}

const send = (path, csv) => ask(path, { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: csv });

function newListId() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `list-${[...bytes].map((byte) => (byte % 36).toString(36)).join('')}`;
}

/** Does one thing at a time; what went wrong is shown in words. */
async function attempt(work) {
  if (isBusy) return;
  isBusy = true;
  problem = null;
  render();
  try {
    await work();
  } catch (fault) {
    problem = fault.code === 'malformed_request' ? 'unreadable' : 'noAnswer';
  }
  isBusy = false;
  render();
}

async function choose(chosen) {
  check = null;
  file = chosen ? await chosen.text() : null;
  if (file === null) return render();
  await attempt(async () => (check = await send('check', file)));
  if (check) byId('checked-title').focus();
}

async function buy() {
  const wanted = newListId();
  await attempt(async () => {
    await send(wanted, file);
    listId = wanted;
    history.replaceState(null, '', `?list=${wanted}`); // the address of the list, to come back to
  });
  if (listId === wanted) void follow();
}

async function follow() {
  for (;;) {
    try {
      progress = await ask(listId);
      problem = null;
    } catch {
      problem = 'noAnswer';
    }
    render();
    if (progress && ['completed', 'cancelled'].includes(progress.state)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function render() {
  const said = words();
  showWords(said);
  byId('fault').textContent = problem ? said[problem] : isBusy ? said.checking : '';
  byId('choose').hidden = listId !== null;
  renderCheck(said);
  renderProgress(said);
}

function renderCheck(said) {
  byId('checked').hidden = check === null || listId !== null;
  if (!check) return;
  const { rows, errorCount, errors, price } = check;
  byId('summary').textContent =
    errorCount > 0 ? said.notInOrder(errorCount, rows) : said.inOrder(rows, money(price));
  byId('errors').replaceChildren(
    ...errors.map(({ line, field, detail }) => element('li', {}, said.error(line, field, detail))),
  );
  byId('buy').hidden = errorCount > 0;
  byId('buy').textContent = said.buy(money(price));
}

function renderProgress(said) {
  byId('progress').hidden = listId === null;
  if (!progress) return;
  const { state, waitingFor, rows, results, sold, refunded } = progress;
  byId('state').textContent = waitingFor ? said.waitingFor[waitingFor] : said.states[state];
  byId('bar').max = rows;
  byId('bar').value = rows - results.not_begun - results.open;
  const facts = [
    ...Object.entries(said.results).filter(([result]) => results[result] > 0),
    ['sold', said.sold],
    ['refunded', said.refunded],
  ];
  const values = { ...results, sold: money(sold), refunded: money(refunded) };
  byId('results').replaceChildren(
    ...facts.flatMap(([name, title]) => [
      element('dt', {}, title),
      element('dd', { 'data-result': name }, String(values[name])),
    ]),
  );
  byId('file-of-results').href = `/api/lists/${listId}/results.csv`;
  byId('cancel').hidden = !['running', 'waiting'].includes(state);
}

onLanguage(render);
byId('file').addEventListener('change', ({ target }) => void choose(target.files[0]));
byId('buy').addEventListener('click', () => void buy());
byId('cancel').addEventListener(
  'click',
  () => void attempt(() => ask(`${listId}/cancel`, { method: 'POST' })),
);
render();
if (listId !== null) void follow();
else if (byId('file').files[0]) void choose(byId('file').files[0]); // chosen before this script was there
byId('main').dataset.ready = 'true';
