import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Starts the server once, which makes the SDK download it into the folder, and stops it again. */
async function download(server: string | undefined, downloadDir: string | undefined): Promise<void> {
  if (!downloadDir) throw new Error('usage: sdk-download-child <local|time-skipping> <folder>');
  const executable = { type: 'cached-download', downloadDir } as const;
  const environment =
    server === 'local'
      ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
      : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  await environment.teardown();
}

download(process.argv[2], process.argv[3]).then(
  () => process.exit(0),
  (fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(1);
  },
);
