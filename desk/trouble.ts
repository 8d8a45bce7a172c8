import type { NamespaceFault } from '../client/namespace-fault';
import { NamespaceUnusable } from '../client/namespace-state';
import { TemporalUnavailable } from '../client/purchases';
import { StoredDataUnreadable } from '../client/stored-data-unreadable';
import type { WaitingWork } from '../client/waiting-work';
import { DeskRefusal } from './access/refusal';
import { html } from './html';
import { page, technical } from './layout';
import type { QueueNow } from './queue/queue-watch';
import type { Visit } from './visit';
import type { Words } from './words/words';

/** What is out of order, in sentences. @param now the fault where the queue cannot be read */
export function troubleOf(words: Words, now: QueueNow | TemporalUnavailable): string[] {
  if (now instanceof NamespaceUnusable) return [namespaceInWords(words, now.fault)];
  if (now instanceof TemporalUnavailable) return [words.trouble.temporal];
  return [
    ...(now.namespace ? [namespaceInWords(words, now.namespace)] : []),
    ...(now.hasWorkers ? [] : [words.trouble.noWorker]),
    ...now.waitingWork.map((work) => waitingInWords(words, work)),
  ];
}

function namespaceInWords({ trouble }: Words, fault: NamespaceFault): string {
  if (fault.kind === 'namespace_closed') return trouble.namespaceClosed(fault.state);
  const names = fault.names.join(', ');
  return fault.kind === 'attributes_missing'
    ? trouble.attributesMissing(names)
    : trouble.attributesMoved(names);
}

function waitingInWords({ trouble }: Words, { why, sides }: WaitingWork): string {
  const queues = sides.map(({ queue, type }) => `${queue} (${trouble.tasks[type]})`).join(', ');
  if (why.kind === 'limited') return trouble.limited(queues, String(why.perSecond), why.of === 'channel');
  return trouble.deserted(
    queues,
    why.build,
    sides.some(({ type }) => type === 'workflow'),
  );
}

/** The page instead of one that could not be made, and its status. */
export function troublePage(visit: Visit, path: string, fault: unknown): { status: number; body: string } {
  const { words } = visit;
  if (fault instanceof TemporalUnavailable) {
    const body = page(visit, {
      title: words.trouble.title,
      path,
      trouble: troubleOf(words, fault),
      isLive: true,
      main: html`<h1>${words.trouble.title}</h1>
        <p><a href="${path}">${words.back}</a></p>`,
    });
    return { status: 503, body };
  }
  const refusal = refusalOf(fault);
  const title = words.refusals.title;
  const sentence =
    fault instanceof StoredDataUnreadable
      ? fault.erased
        ? words.trouble.erased
        : words.trouble.unreadable(fault.runbook)
      : (refusal?.words(words) ?? words.refusals.defect);
  const body = page(visit, {
    title,
    path: '/',
    main: html`<h1>${title}</h1>
      <p class="notice fault" role="alert">${sentence}</p>
      ${fault instanceof StoredDataUnreadable && technical(words, whyUnreadable(fault))}
      <p><a href="/">${words.nav.queue}</a></p>`,
  });
  return { status: fault instanceof StoredDataUnreadable ? 422 : (refusal?.status ?? 500), body };
}

function whyUnreadable({ message, cause }: StoredDataUnreadable): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function refusalOf(fault: unknown): DeskRefusal | undefined {
  if (fault instanceof DeskRefusal) return fault;
  const status = typeof fault === 'object' && fault !== null && 'status' in fault ? fault.status : undefined;
  const isOfRequest = typeof status === 'number' && status >= 400 && status < 500; // Express's own: a body that cannot be read
  return isOfRequest ? new DeskRefusal(400, (words) => words.refusals.badRequest) : undefined;
}
