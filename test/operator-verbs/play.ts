import { anOrder } from '../support/orders';
import { atRest, collect } from './evidence';
import { lookUntil, patiently } from './look-until';
import { sceneName, type Scene } from './scenes';
import type { Stage } from './stage';
import { Target } from './target';
import { judge, type Verdict } from './verdict';
import { verbName, type Verb } from './verb';

/** One cell of the matrix. */
export interface Cell {
  scene: Scene;
  verb: Verb;
}

/** How many purchases are played at the same time: they mostly wait, for retries and for Temporal's batches. */
const AT_ONCE = 24;

/** `activity reset, at prepaid register, reply lost after the effect`. */
export function cellName({ scene, verb }: Cell): string {
  return `${verbName(verb)}, at ${sceneName(scene)}`;
}

/** Plays every cell, several at a time, each with a purchase of its own. */
export async function playAll(stage: Stage, cells: readonly Cell[]): Promise<Map<Cell, Verdict>> {
  const verdicts = new Map<Cell, Verdict>(cells.map((cell) => [cell, NOT_PLAYED])); // in the order of the cells
  const queue = [...cells];
  const player = async () => {
    for (let cell = queue.shift(); cell; cell = queue.shift()) {
      verdicts.set(cell, await play(stage, cell).catch(asBroken));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, player));
  return verdicts;
}

const NOT_PLAYED: Verdict = { broken: ['not played'], words: 'not played' };

/** A cell that could not be played is told as it is, and the others go on. */
function asBroken(fault: unknown): Verdict {
  return { broken: [`could not be played: ${String(fault)}`], words: 'could not be played' };
}

/** A purchase that is stuck as the scene wants it; where one went on by itself too soon, the next. */
async function aStuckPurchase(stage: Stage, scene: Scene): Promise<Target> {
  for (;;) {
    const order = anOrder({ paymentForm: scene.form });
    const target = new Target(stage, scene, order);
    stage.gateway.misbehave(order.purchaseId, scene.misconduct);
    if (scene.webhookDown) stage.inbox.break(order.purchaseId);
    await patiently(() => stage.purchases(scene.firstTry === true).submit(order, 0));
    target.runs.push((await target.describe())?.workflowExecutionInfo?.execution?.runId ?? '');
    if (await target.untilStuck()) return target;
  }
}

async function play(stage: Stage, { scene, verb }: Cell): Promise<Verdict> {
  const target = await aStuckPurchase(stage, scene);
  const { order } = target;
  if (verb.when === 'over') {
    stage.heal(order.purchaseId);
    const restless = await atRest(target, verb);
    if (restless.length > 0) return asBroken(restless);
  }
  const linesBefore = stage.gateway.ledger(order.purchaseId).length;
  const complaints = await verb.act(target);
  if (verb.ends && scene.waits !== 'running') {
    await lookUntil('the last attempts to end', async () => !stage.isBusy(target.workflowId) || undefined);
  }
  const linesWhenDone = stage.gateway.ledger(order.purchaseId).length;
  stage.heal(order.purchaseId);
  const restless = await atRest(target, verb);
  return judge(
    scene,
    verb,
    await collect(target, verb, { complaints, linesBefore, linesWhenDone, restless }),
  );
}
