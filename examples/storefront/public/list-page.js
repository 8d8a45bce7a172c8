import { byId } from './elements.js';
import { forgetList, keptList, keptLists, rememberList, rememberState } from './kept-lists.js';
import { NoList, readList, unreadable } from './list-file.js';
import { isOver, renderChoice, renderCheck, renderKept, renderProgress } from './list-view.js';
import { LIST_WORDS } from './list-words.js';
import { onLanguage, showWords } from './page-head.js';
import { SalesState } from './sales-state.js';
import { ask as askShop } from './shop-server.js';
import { language } from './words.js';

const LOOK_EVERY_MS = 1_000;
const PATIENCE_MS = 30_000;
const LIST_ID = /^list-[a-z0-9]{24}$/;
/** Whether anything was done is not known; sent again, it is the same list. */
const UNANSWERED = new Set(['no_answer', 'busy', 'internal']);

/** Faults that are over with the next answer. */
const UNHEARD = new Set(['noAnswer', 'busy']);

/** What the file says, with the id under which it would be bought: the same one until it is answered. */
let file = null;
let check = null;
let packages = null;
let progress = null;
/** The first rows of a list that is over which were not bought, with why. */
let unsold = null;
/** What went wrong, as `LIST_WORDS` names it, so that it can be said in another language. */
let problem = null;
let busyWith = null;
let listId = new URLSearchParams(location.search).get('list');
const salesState = new SalesState(() => render());

async function ask(path, options = {}) {
  const headers = { 'Accept-Language': language(), ...options.headers };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(`/api/lists/${path}`, { ...options, headers, signal });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.code), { answer });
  return answer;
}

const send = (path, csv) => ask(path, { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: csv });

function newListId() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `list-${[...bytes].map((byte) => (byte % 36).toString(36)).join('')}`;
}

/** Does one thing at a time; what went wrong is shown in words. */
async function attempt(what, work) {
  if (busyWith) return;
  busyWith = what;
  problem = null;
  render();
  try {
    await work();
  } catch (fault) {
    problem = problemOf(fault);
  }
  busyWith = null;
  render();
}

/** Every refusal for what it is. A fault without an answer is the line's, or the shop's silence. */
function problemOf(fault) {
  if (fault instanceof NoList) return fault.problem;
  const { code, errors } = fault.answer ?? {};
  if (!code || UNANSWERED.has(code)) return { kind: code === 'busy' ? 'busy' : 'noAnswer' };
  if (errors) return { kind: 'refusedNow' }; // the list of errors says why
  if (code === 'malformed_request' && file) return unreadable(file.text);
  return { kind: Object.hasOwn(LIST_WORDS.vi.problems, code) ? code : 'refused' };
}

async function choose(chosen) {
  if (!chosen) return;
  check = null;
  file = null;
  await attempt('checking', async () => {
    file = { ...(await readList(chosen)), listId: newListId() };
    check = await send('check', file.text);
  });
  byId('file').value = ''; // the corrected file, under the same name, is another choice
  if (check) byId('checked-title').focus();
}

async function buy() {
  if (!check || check.errorCount > 0 || salesState.isClosed) return;
  const { text, name, digest, listId: wanted } = file;
  await attempt('sending', async () => {
    rememberList({ listId: wanted, name, digest, rows: check.rows, paid: check.price });
    try {
      await send(wanted, text);
    } catch (fault) {
      const { code, errors, errorCount } = fault.answer ?? {};
      if (code && !UNANSWERED.has(code)) forgetList(wanted);
      if (errors) check = { ...check, errors, errorCount };
      throw fault;
    }
    listId = wanted;
    history.replaceState(null, '', `?list=${wanted}`); // the address of the list, to come back to
  });
  if (listId !== wanted) return;
  byId('progress-title').focus();
  void follow();
}

async function follow() {
  if (!LIST_ID.test(listId)) return unknownList();
  for (;;) {
    try {
      progress = await ask(listId);
      rememberState(listId, progress.state);
      if (isOver(progress.state)) unsold = await ask(`${listId}/unsold`);
      if (UNHEARD.has(problem?.kind)) problem = null;
    } catch (fault) {
      if (fault.answer?.code === 'batch_not_found') return unknownList();
      problem = problemOf(fault);
    }
    render();
    if (unsold) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** The address names no list that there is: the form is shown instead. */
function unknownList() {
  forgetList(listId);
  listId = null;
  progress = null;
  unsold = null;
  problem = { kind: 'unknownList' };
  history.replaceState(null, '', '/list.html');
  render();
}

/** How far the lists are that nobody has followed to their ends. */
async function lookAtKept() {
  for (const { listId: id, state } of keptLists()) {
    if (id === listId || isOver(state)) continue;
    try {
      rememberState(id, (await ask(id)).state);
    } catch (fault) {
      if (fault.answer?.code === 'batch_not_found') forgetList(id);
    }
    render();
  }
}

async function loadPackages() {
  try {
    ({ packages } = await askShop('/packages'));
  } catch {
    packages = [];
  }
  render();
}

function render() {
  const said = LIST_WORDS[language()];
  showWords(said);
  salesState.render();
  byId('fault').textContent = problem ? said.problem(problem) : '';
  byId('busy').textContent = busyWith ? said.busyWith[busyWith] : '';
  byId('choose').hidden = listId !== null;
  byId('checked').hidden = check === null || listId !== null;
  byId('progress').hidden = listId === null;
  renderChoice(said, packages);
  if (check) renderCheck(said, { check, file, isClosed: salesState.isClosed });
  if (progress) renderProgress(said, { listId, progress, paid: keptList(listId)?.paid, unsold });
  renderKept(said, listId);
}

onLanguage(render);
byId('file').addEventListener('change', ({ target }) => void choose(target.files[0]));
byId('buy').addEventListener('click', () => void buy());
byId('cancel').addEventListener('click', () => {
  void attempt('cancelling', () => ask(`${listId}/cancel`, { method: 'POST' }));
});
render();
void salesState.follow();
void loadPackages();
void lookAtKept();
if (listId !== null) void follow();
else void choose(byId('file').files[0]); // chosen before this script was there
byId('main').dataset.ready = 'true';
