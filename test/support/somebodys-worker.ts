import type { WorkflowStartOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import './quiet-runtime';
import { localServer } from './local-server';

export const SOMEBODYS_QUEUE = 'of-somebody';

/** A real server, and a worker of somebody who can write to it: it takes the place of workflows of ours. */
export class SomebodysWorker {
  private constructor(
    readonly server: TestWorkflowEnvironment,
    private readonly worker: Worker,
    private readonly running: Promise<void>,
  ) {}

  /**
   * @param workflowsPath what it runs under the names of our types
   * @param dataConverter how it reads what is stored; as what it is, if not given
   */
  static async start(workflowsPath: string, dataConverter: DataConverter = {}): Promise<SomebodysWorker> {
    const server = await localServer();
    const { nativeConnection: connection } = server;
    const worker = await Worker.create({
      connection,
      taskQueue: SOMEBODYS_QUEUE,
      workflowsPath,
      dataConverter,
    });
    return new SomebodysWorker(server, worker, worker.run());
  }

  /** Starts a workflow under an id of ours, with what was stored there. */
  async takePlace(
    type: string,
    workflowId: string,
    stored: Pick<WorkflowStartOptions, 'memo' | 'typedSearchAttributes'> & { args?: unknown[] } = {},
  ): Promise<void> {
    await this.server.client.workflow.start(type, { workflowId, taskQueue: SOMEBODYS_QUEUE, ...stored });
  }

  async stop(): Promise<void> {
    this.worker.shutdown();
    await this.running;
    await this.server.teardown();
  }
}
