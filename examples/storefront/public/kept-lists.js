import { hasTexts, readList, write } from './browser-storage.js';

/** The lists that this browser has paid for, kept before they are sent: without numbers, and without the file. */
const LISTS = 'datacode-lists';
const MAX_LISTS = 20;

/** @returns `{ listId, name, rows, paid, digest, at, state }`, latest first */
export const keptLists = () =>
  readList(
    'localStorage',
    LISTS,
    (list) => hasTexts(list, 'listId', 'name', 'digest') && Number.isInteger(list.rows),
  );

export const keptList = (listId) => keptLists().find((list) => list.listId === listId);

/** The list that was paid for with the same file, under another id. */
export const listOfFile = (digest, listId) =>
  keptLists().find((list) => list.digest === digest && list.listId !== listId);

export function rememberList(list) {
  const others = keptLists().filter(({ listId }) => listId !== list.listId);
  const kept = { ...list, at: new Date().toISOString(), state: null };
  write('localStorage', LISTS, [kept, ...others].slice(0, MAX_LISTS));
}

export function rememberState(listId, state) {
  if (keptList(listId)?.state === state) return;
  const lists = keptLists().map((list) => (list.listId === listId ? { ...list, state } : list));
  write('localStorage', LISTS, lists);
}

/** What was refused is no list. */
export function forgetList(listId) {
  write(
    'localStorage',
    LISTS,
    keptLists().filter((list) => list.listId !== listId),
  );
}
