import type { Command } from 'commander';
import { timelineOf } from '../../operators/timeline';
import { webUiLinks } from '../../client/web-ui-links';
import { meant } from './meant';
import { withTemporal } from '../terminal/temporal';
import { refuse, say, sayJson } from '../terminal/output';
import { timelineInWords } from './timeline-words';

/** `show`: one purchase, with what can be done next. */
export function addShow(command: Command): void {
  command
    .description('tells a purchase in words: what happened, what is tried, what can be done')
    .argument('<purchase>', 'pur_…, <channel>/<external id>, or the workflow’s id')
    .option('--json', 'as JSON')
    .action(show);
}

async function show(reference: string, options: { json?: boolean }): Promise<void> {
  await withTemporal(async ({ client, webUiUrl }) => {
    const name = await meant(client, reference);
    const timeline = name && (await timelineOf(client, name));
    if (!timeline) {
      refuse(`There is no purchase ${reference}; it may be older than the retention.`);
      return;
    }
    const link = webUiLinks(webUiUrl, client.options.namespace)?.workflow(timeline.workflowId) ?? null;
    if (options.json) sayJson({ ...timeline, webUiLink: link });
    else say(timelineInWords(timeline), ...(link ? ['', link] : []));
  });
}
