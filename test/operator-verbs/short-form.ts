import type { Cell } from './play';
import { sceneName, SCENES } from './scenes';
import { verbName } from './verb';
import { VERBS } from './verbs';

/** The steps by what can go wrong at them: the first of each kind that a verb is tried at. */
const AT = {
  check: 'postpaid check, no reply',
  registering: 'postpaid first try, register under way, reply will be lost after the effect',
  charging: 'postpaid first try, charge under way, reply will be lost after the effect',
  charge: 'postpaid charge, reply lost after the effect',
  unseen: 'postpaid charge, reply lost after the effect, the inquiry lags',
  rollback: 'postpaid rollback, reply lost after the effect',
  watch: 'postpaid late-effect watch, no reply to the inquiry',
  notice: 'postpaid refund notice, webhook down',
  messages: 'postpaid messages, reply lost before the effect',
  activation: 'prepaid register, reply lost after the effect',
  notActivated: 'prepaid register, reply lost before the effect',
} as const;

/** Each verb at the kinds of step where it differs; the whole matrix is `npm run test:verbs`. */
const SHORT: Readonly<Record<string, readonly (keyof typeof AT)[]>> = {
  nothing: ['registering', 'rollback', 'activation', 'unseen'],
  'request cancellation': ['charge', 'notActivated'],
  'batch: request cancellation': ['check'],
  terminate: ['charge', 'messages'],
  'batch: terminate': ['rollback'],
  delete: ['charging'],
  'batch: delete': ['activation'],
  'workflow reset to the first workflow task': ['charging', 'activation', 'rollback'],
  'workflow reset to the last workflow task': ['charge', 'registering', 'messages'],
  'workflow reset to each workflow task in turn': ['watch', 'charge'],
  'batch: workflow reset to the first workflow task': ['notActivated'],
  'batch: workflow reset to the last workflow task': ['notice'],
  'workflow reset to the first workflow task, once it is over': ['charging', 'notice'],
  'workflow reset to the last workflow task, once it is over': ['messages'],
  'signal of an unknown name, with garbage': ['charge'],
  'batch: signal of an unknown name': ['check'],
  'update `cancel` with missing, wrong and garbage input': ['check', 'notice'],
  'update `decide` with missing, wrong and garbage input': ['charge'],
  'update `untilEvent` with missing, wrong and garbage input': ['messages'],
  'update `no-such-update` with missing, wrong and garbage input': ['check'],
  'update `cancel` with who and why alone': ['check', 'registering'],
  'update `cancel` in full': ['activation'],
  'start a workflow like this one, other id': ['charge', 'activation'],
  'start a workflow like this one, other id, once it is over': ['charging'],
  'start a workflow like this one, same id, once it is over': ['activation', 'notice'],
  'start a workflow like this one, same id, ending the one that runs': ['charging'],
  'activity reset': ['charge', 'activation', 'rollback', 'messages', 'unseen'],
  'activity reset with its heartbeats': ['notActivated'],
  'activity pause, reset while paused, unpause': ['charge'],
  'activity pause, unpause': ['registering', 'unseen'],
  'activity pause, unpause from the first attempt': ['charging', 'activation'],
  'activity options: retry now': ['charge'],
  'activity options: five attempts': ['charging'],
  'activity options: one second in all': ['activation'],
  'batch: activity reset': ['activation'],
  'activity pause, batch: unpause from the first attempt': ['charge'],
  'batch: activity options, retry now': ['rollback'],
};

/** @throws Error when a verb or a step of the short form is none of the whole one's */
export function shortForm(): Cell[] {
  return Object.entries(SHORT).flatMap(([name, kinds]) =>
    kinds.map((kind) => {
      const verb = VERBS.find((one) => verbName(one) === name);
      const scene = SCENES.find((one) => sceneName(one) === AT[kind]);
      if (!verb || !scene) throw new Error(`there is no ${name}, or no step ${AT[kind]}`);
      return { verb, scene };
    }),
  );
}

/** Every verb at every step where it comes in time. */
export function wholeMatrix(): Cell[] {
  const cells = VERBS.flatMap((verb) => SCENES.map((scene) => ({ verb, scene })));
  return cells.filter(({ verb, scene }) => !(scene.goesOn && verb.name.includes('batch: ')));
}
