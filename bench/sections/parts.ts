import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { Design } from '../designs';
import type { Lab } from '../lab/lab';
import { makeLoad, type Sold } from '../load';
import { median } from '../percentiles';
import { seller } from '../sellers';
import type { Section } from './section';

/** Between which moments an answer's time passes, in their order; the names are those of the report. */
export const PARTS = {
  start: 'until the workflow is started: HTTP, checks and, of a purchase, the claim',
  firstTaskQueued: 'until its first task is taken',
  firstTask: 'the first task',
  attemptQueued: 'until the attempt is taken',
  attempt: 'the attempt: check, register and charge by HTTP',
  secondTaskQueued: 'until the second task is taken',
  secondTask: 'the second task, which has the answer',
  reply: 'until the answer is there',
} as const;
export type Part = keyof typeof PARTS;

/** Medians of one order at a time at a gateway that answers at once, ms; a workflow that does nothing has half of the parts. */
export interface PartFigures {
  saga: Partial<Record<Part, number>>;
  nothing: Partial<Record<Part, number>>;
}

const SECONDS = 10;
const { EventType } = temporal.api.enums.v1;

/** Where the time until an answer goes, by the events of the histories: all clocks are this machine's. */
export const parts: Section<PartFigures> = {
  title: 'Parts: where the time until the answer goes, one order at a time, the gateway answering at once',
  stacks: [{ kind: 'tuned', saga: true }],
  async run(lab, _settings, say) {
    await sell(lab, 'sagaByApi', 3); // warm-up
    await sell(lab, 'nothing', 1);
    const saga = await partsOf(lab, 'sagaByApi');
    const nothing = await partsOf(lab, 'nothing');
    say(`saga ${sum(saga).toFixed(0)} ms, nothing ${sum(nothing).toFixed(0)} ms`);
    return { saga, nothing };
  },
};

async function partsOf(lab: Lab, design: Design): Promise<Partial<Record<Part, number>>> {
  const sold = await sell(lab, design, SECONDS);
  const { client } = lab.stack('tuned');
  const each = await Promise.all(sold.map((one) => momentsOf(client, one).then(partsBetween)));
  const names = Object.keys(PARTS) as Part[]; // keys of this very table
  return Object.fromEntries(
    names.flatMap((part) => {
      const took = each.flatMap((one) => one[part] ?? []);
      return took.length === 0 ? [] : [[part, median(took)]];
    }),
  );
}

async function sell(lab: Lab, design: Design, seconds: number): Promise<readonly Sold[]> {
  const { sold } = await lab.watched(makeLoad(seller(design, lab.stack('tuned')), { atOnce: 1, seconds }));
  return sold;
}

/** The moments at which parts end, in ms since the epoch; the order was sent at `from`. */
interface Moments {
  from: number;
  ends: readonly (readonly [Part, number | undefined])[];
}

async function momentsOf(client: Client, { workflowId, sentAt, milliseconds }: Sold): Promise<Moments> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const at = (type: temporal.api.enums.v1.EventType, which = 0): number | undefined => {
    const found = (events ?? []).filter(({ eventType }) => eventType === type)[which];
    return found && tsToMs(found.eventTime);
  };
  const isPurchase = at(EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED) !== undefined;
  return {
    from: sentAt,
    ends: [
      ['start', at(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED)],
      ['firstTaskQueued', at(EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED)],
      ['firstTask', at(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)],
      ['attemptQueued', at(EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED)],
      ['attempt', at(EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED)],
      ['secondTaskQueued', isPurchase ? at(EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED, 1) : undefined],
      ['secondTask', isPurchase ? at(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED, 1) : undefined],
      ['reply', sentAt + milliseconds],
    ],
  };
}

function partsBetween({ from, ends }: Moments): Partial<Record<Part, number>> {
  const took: Partial<Record<Part, number>> = {};
  let before = from;
  for (const [part, end] of ends) {
    if (end === undefined) continue; // what this design does not have
    took[part] = end - before;
    before = end;
  }
  return took;
}

const sum = (figures: Partial<Record<Part, number>>): number =>
  Object.values(figures).reduce((all, figure) => all + figure, 0);
