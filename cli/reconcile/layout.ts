import { Option, type Command } from 'commander';
import { proposeLayout } from '../../reconciliation/propose-layout';
import { IsolatedSettlementFile, sampleOf } from '../../reconciliation/reader/isolated-file';
import { layoutSchema, loadLayout } from '../../reconciliation/settlement-layout';
import { SETTLEMENT_ENCODINGS, type SettlementEncoding } from '../../reconciliation/settlement-text';
import { jsonText } from '../../runtime/json-file';
import { CommandFault } from '../terminal/command-fault';
import { EXIT } from '../terminal/exit-codes';
import { explain } from '../terminal/help';
import { printDocument, tell } from '../terminal/output';
import { bytesOf, callerLayout, STANDARD_INPUT } from './files';

interface LayoutOptions {
  encoding?: SettlementEncoding;
  layout?: string;
  sheet?: string;
}

/** `layout`: proposes a layout file for a sample, and tries it on the sample. */
export function addLayout(command: Command): void {
  explain(
    command
      .command('layout')
      .description(
        'proposes a layout file from a sample of MobiFone’s, tries it, and says what it understood',
      )
      .argument('<file>', 'a settlement file')
      .addOption(new Option('--encoding <name>', 'encoding of the sample').choices(SETTLEMENT_ENCODINGS))
      .option('--sheet <name>', 'the sheet that has the lines, for a workbook that shows several')
      .addOption(new Option('--layout <file>', 'try this layout instead of proposing one').conflicts('sheet'))
      .option('--json', 'makes no difference: a layout is JSON')
      .action(layout),
    [
      'datacode reconcile layout sample.csv > layout.json',
      'datacode reconcile layout sample.csv --layout layout.json',
    ],
    [],
  );
}

async function layout(file: string, options: LayoutOptions): Promise<void> {
  if (file === STANDARD_INPUT)
    throw new CommandFault('file: a sample is read more than once, so it must be a file.');
  const bytes = () => bytesOf({ option: 'file', file });
  const reading = options.encoding ? { encoding: options.encoding } : {};
  if (options.layout !== undefined) {
    return tried(
      new IsolatedSettlementFile(bytes(), {
        ...reading,
        layout: loadLayout(callerLayout(options.layout)),
      }),
    );
  }
  const { encoding, sheet } = options;
  const proposal = proposeLayout(await sampleOf(bytes(), { encoding, sheet }), sheet);
  await printDocument(jsonText(proposal.layout));
  tell(
    ...proposal.understood.map((line) => `understood: ${line}`),
    ...proposal.open.map((line) => `open: ${line}`),
  );
  const usable = layoutSchema.safeParse(proposal.layout);
  if (!usable.success) {
    process.exitCode = EXIT.notAsWanted;
    return;
  }
  await tried(new IsolatedSettlementFile(bytes(), { ...reading, layout: usable.data }));
  if (proposal.open.length > 0) process.exitCode = EXIT.notAsWanted;
}

async function tried(file: IsolatedSettlementFile): Promise<void> {
  for await (const _ of file.lines()) continue;
  const { goodLines, badLineCount, badLineReasons } = file.summary();
  tell(
    `tried: ${goodLines} line(s) can be used, ${badLineCount} cannot`,
    ...badLineReasons.map(({ reason, count }) => `  ${count}: ${reason}`),
  );
  if (badLineCount > 0 || goodLines === 0) process.exitCode = EXIT.notAsWanted;
}
