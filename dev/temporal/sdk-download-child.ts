import { TestWorkflowEnvironment } from '@temporalio/testing';
import { exitAfter } from '../../runtime/process';

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

exitAfter(download(process.argv[2], process.argv[3]));
