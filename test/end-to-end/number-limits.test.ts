import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { COUNTED_SALE_WORKFLOW } from '../../domain/purchase/sale-count';
import { channelsFile } from '../../config';
import type { ApiAnswer } from '../support/embedded-stack';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { Selling } from '../support/selling';

/** Minutes for a machine that is busy with something else. */
jest.setTimeout(600_000);

const AT_ONCE = 20;
const BALANCE_TOO_LOW = '0900000402';
const DAY_MS = 24 * 60 * 60 * 1000;

let stack: EmbeddedStack;
let selling: Selling;
let apis: string[];
beforeAll(async () => {
  stack = await EmbeddedStack.start({}, { surround: limitedRegistry });
  const [port] = await freePorts(1);
  await stack.startPart('api', { API_PORT: `${port}` }, 'second api');
  apis = [stack.apiUrl, `http://127.0.0.1:${port}`];
  selling = new Selling(stack);
});
afterAll(() => stack.end());

/** Three orders and 200,000 đồng for each number and channel, four orders over all channels. */
async function limitedRegistry(config: Parameters<typeof channelsFile>[0]) {
  const file = channelsFile(config);
  const registry = JSON.parse(await readFile(file, 'utf8')) as { channels: object[] };
  const limits = { salesPerNumberPerDay: 3, amountPerNumberPerDay: 200_000 };
  const channels = registry.channels.map((channel) => ({ ...channel, limits }));
  await writeFile(file, JSON.stringify({ ...registry, limits: { salesPerNumberPerDay: 4 }, channels }));
  return {};
}

async function buy(
  api: string | undefined,
  externalId: string,
  msisdn: string,
  code = 'D10',
  form: 'postpaid' | 'prepaid' = 'postpaid',
): Promise<ApiAnswer> {
  const response = await fetch(`${api}/v1/purchases`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.key(form)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ externalId, msisdn, package: code }),
  });
  const body = (await response.json()) as ApiAnswer['body']; // every answer of the API is an object
  if (response.status !== 503) return { status: response.status, body };
  await setTimeout(Number(response.headers.get('retry-after')) * 1000); // overloaded: the same order again, as it says
  return buy(api, externalId, msisdn, code, form);
}

/** Asks what an order would meet, which sells nothing while a block is still on its way. */
async function validate(api: string | undefined, msisdn: string): Promise<ApiAnswer['body']> {
  const response = await fetch(`${api}/v1/purchases/validate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.key('postpaid')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ msisdn, package: 'D10' }),
  });
  return (await response.json()) as ApiAnswer['body']; // every answer of the API is an object
}

const codesOf = (answers: readonly ApiAnswer[]) => answers.map(({ status, body }) => body['code'] ?? status);

describe('many orders for one number at once, at two API processes', () => {
  it('are sold up to the limit of orders and not one more, and each sent again is what it was', async () => {
    const at = (process: number, index: number) => `count-${process}-${index}`;
    const orders = () =>
      Promise.all(
        apis.flatMap((api, process) =>
          Array.from({ length: AT_ONCE }, (_, index) => buy(api, at(process, index), '0901000001')),
        ),
      );
    const first = codesOf(await orders());
    expect(first.filter((code) => code === 201)).toHaveLength(3);
    expect(first.filter((code) => code === 'number_limit_reached')).toHaveLength(2 * AT_ONCE - 3);
    expect(codesOf(await orders())).toEqual(first.map((code) => (code === 201 ? 200 : code)));
  });

  it('are sold up to the limit of đồng', async () => {
    const answers = await Promise.all(
      apis.flatMap((api, process) =>
        ['D90', 'D120', 'D90', 'D120'].map((code, index) =>
          buy(api, `amount-${process}-${index}`, '0901000003', code),
        ),
      ),
    );
    const sold = answers.filter(({ status }) => status === 201);
    const sum = sold.reduce((all, { body }) => all + Number(body['faceValue']), 0);
    expect(sum).toBeGreaterThanOrEqual(120_000);
    expect(sum).toBeLessThanOrEqual(200_000);
  });

  it('are sold up to the limit over all channels', async () => {
    const answers = await Promise.all(
      apis.flatMap((api, process) =>
        (['postpaid', 'prepaid'] as const).flatMap((form) =>
          Array.from({ length: 3 }, (_, index) =>
            buy(api, `all-${process}-${index}`, '0901000004', 'D10', form),
          ),
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
  });
});

describe('a number whose sales failed', () => {
  it('can be sold to again: what was rolled back does not count', async () => {
    for (const id of ['failed-1', 'failed-2', 'failed-3']) {
      await buy(apis[0], id, BALANCE_TOO_LOW);
      expect(await selling.outcomeOf(id)).toMatchObject({ outcome: 'rolled_back' });
    }
    expect(await buy(apis[1], 'failed-4', BALANCE_TOO_LOW)).toMatchObject({ status: 201 });
  });
});

describe('a number that an operator blocks', () => {
  const NUMBER = '0901000006';
  const who = ['--by', 'lan', '--why', 'fraud, ticket 4711'];

  it('is sold nothing at any API process, until it is unblocked; who and why stay on record', async () => {
    const added = await stack.runCommand('blocks', ['add', ...who], NUMBER);
    expect(added).toMatchObject({ exitCode: 0, stderr: '' });
    expect(added.stdout).toContain('Blocked: 8490****006');
    for (const api of apis) {
      await eventually('the block to be in force', async () => {
        return (await validate(api, NUMBER))['code'] === 'number_blocked' || undefined;
      });
      expect(codesOf([await buy(api, 'blocked', NUMBER)])).toEqual(['number_blocked']);
    }
    const twice = await stack.runCommand('blocks', ['add', ...who], NUMBER);
    expect(twice).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is blocked already') });
    const listed = await stack.runCommand('blocks', ['list']);
    expect(listed.stdout).toMatch(/8490\*{4}006 since .* by lan: fraud, ticket 4711/);
    expect(listed.stdout + added.stdout + twice.stderr).not.toMatch(/901000006/);
    await stack.runCommand('blocks', ['remove', '--by', 'minh', '--why', 'cleared'], NUMBER);
    await eventually('the number to be sold to', async () => {
      return 'code' in (await validate(apis[1], NUMBER)) ? undefined : true;
    });
    expect(await buy(apis[1], 'unblocked', NUMBER)).toMatchObject({ status: 201 });
    const { stdout } = await stack.runCommand('blocks', ['list', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      blocks: [],
      trail: [
        { act: 'blocked', by: 'lan' },
        { act: 'unblocked', by: 'minh', why: 'cleared' },
      ],
    });
  });

  it('is refused as a number where it is none, without being repeated', async () => {
    const end = await stack.runCommand('blocks', ['add', ...who], '0241234567');
    expect(end.exitCode).toBe(2);
    expect(end.stderr).not.toContain('0241234567');
  });
});

describe('what counts', () => {
  it('stands after a restart of the API and of Temporal', async () => {
    for (const id of ['kept-1', 'kept-2', 'kept-3']) await buy(apis[0], id, '0901000005');
    await stack.killPart('temporal');
    await stack.startPart('temporal');
    await stack.stopPart('api');
    await stack.startPart('api');
    expect(codesOf([await buy(stack.apiUrl, 'kept-4', '0901000005')])).toEqual(['number_limit_reached']);
  });

  it('is held under no number in clear, until after the day', async () => {
    await stack.temporal(async (client) => {
      const query = `WorkflowType = '${COUNTED_SALE_WORKFLOW}' AND ExecutionStatus = 'Running'`;
      const listed = await eventually('the places in the index', async () => {
        const found = [];
        for await (const { workflowId, startTime, executionTime } of client.workflow.list({ query }))
          found.push({ workflowId, waits: (executionTime?.getTime() ?? 0) - startTime.getTime() });
        return found.length > 0 ? found : undefined;
      });
      for (const { workflowId, waits } of listed) {
        expect(workflowId).not.toMatch(/\d{9}/);
        expect(waits).toBeGreaterThan(60 * 60 * 1000);
        expect(waits).toBeLessThan(DAY_MS + 5 * 60 * 60 * 1000);
      }
    });
  });
});
