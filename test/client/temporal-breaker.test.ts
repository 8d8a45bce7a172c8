import { status } from '@grpc/grpc-js';
import { ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { asOurselves, onBehalfOf } from '../../client/asker';
import { TemporalOverloaded, TemporalUnavailable } from '../../client/purchases';
import { TemporalBreaker } from '../../client/temporal-breaker';
import { answerOf } from '../../client/temporal-answers';
import { channelName } from '../../domain/identifiers';

const SILENT = new TemporalUnavailable('Temporal did not respond');

/** A Temporal whose answers, clock and dice are the test's. */
class StrainLab {
  time = 0;
  asked = 0;
  answer: () => Promise<string> = () => Promise.resolve('answered');
  private readonly breaker = new TemporalBreaker(
    { failuresInARow: 3, firstPause: 1_000, longestPause: 4_000 },
    { now: () => this.time, random: () => 0.5 },
  );

  ask(): Promise<unknown> {
    return this.breaker
      .guard(() => {
        this.asked += 1;
        return this.answer();
      })
      .catch((fault: unknown) => fault);
  }

  async becomeBehind(): Promise<void> {
    this.answer = () => Promise.reject(SILENT);
    for (let failure = 0; failure < 3; failure += 1) await this.ask();
  }
}

describe('a Temporal that answers nobody', () => {
  it('is not asked any more, and who asks is told at once when to come back', async () => {
    const lab = new StrainLab();
    await lab.becomeBehind();
    const refusal = await lab.ask();
    expect(refusal).toBeInstanceOf(TemporalOverloaded);
    expect(refusal).toMatchObject({ retryAfterSeconds: 3 }); // the second that is left, and 1 to 3 more
    expect(lab.asked).toBe(3);
  });

  it('is asked by one at a time once a pause is over, and by all when that one was answered', async () => {
    const lab = new StrainLab();
    await lab.becomeBehind();
    lab.time = 1_000;
    const probe = lab.ask();
    expect(await lab.ask()).toBeInstanceOf(TemporalOverloaded);
    expect(await probe).toBe(SILENT);
    lab.time = 2_900; // the pause has doubled
    expect(await lab.ask()).toBeInstanceOf(TemporalOverloaded);
    lab.time = 3_000;
    lab.answer = () => Promise.resolve('answered');
    expect(await lab.ask()).toBe('answered');
    expect(await lab.ask()).toBe('answered');
  });

  it('is left alone for no longer than the longest pause', async () => {
    const lab = new StrainLab();
    await lab.becomeBehind();
    for (let probe = 0; probe < 5; probe += 1) {
      lab.time += 4_000;
      expect(await lab.ask()).toBe(SILENT);
    }
  });
});

describe('a Temporal that answers some', () => {
  it('is asked by all: failures count only in a row, and a refusal or a defect is an answer', async () => {
    const lab = new StrainLab();
    for (let round = 0; round < 9; round += 1) {
      lab.answer = () =>
        round % 3 === 2 ? Promise.reject(new TypeError('a defect')) : Promise.reject(SILENT);
      expect(await lab.ask()).not.toBeInstanceOf(TemporalOverloaded);
    }
  });
});

describe('a client whose server refuses for its load', () => {
  it('stops asking it, whatever is asked; another client is not concerned', async () => {
    const busy = Object.assign(new Error('busy'), {
      code: status.RESOURCE_EXHAUSTED,
      details: '',
      metadata: {},
    });
    const refuse = () => Promise.reject(new ServiceError('refused', { cause: busy }));
    const client = { withDeadline: <T>(_: number | Date, call: () => Promise<T>) => call() };
    for (let question = 0; question < 5; question += 1) {
      await expect(answerOf(client, 100, refuse)).rejects.toThrow(TemporalUnavailable);
    }
    await expect(answerOf(client, 100, () => Promise.resolve('fine'))).rejects.toThrow(TemporalOverloaded);
    await expect(answerOf({ ...client }, 100, () => Promise.resolve('fine'))).resolves.toBe('fine');
  });
});

describe('a channel whose calls Temporal does not answer', () => {
  const client = () => ({ withDeadline: <T>(_: number | Date, call: () => Promise<T>) => call() });
  const failing = (code: status) => {
    const silent = Object.assign(new Error('silent'), { code, details: '', metadata: {} });
    return () => Promise.reject(new ServiceError('failed', { cause: silent }));
  };
  const fine = () => Promise.resolve('fine');

  it('is refused at once after some, and nobody else is', async () => {
    const temporal = client();
    const as = <T>(channel: string, call: () => Promise<T>) =>
      onBehalfOf(channelName(channel), () => answerOf(temporal, 100, call));
    const silence = failing(status.DEADLINE_EXCEEDED);
    for (let asked = 0; asked < 60; asked += 1) await as('flood', silence).catch(() => undefined);
    await expect(as('flood', fine)).rejects.toThrow(TemporalOverloaded);
    await expect(as('other', fine)).resolves.toBe('fine');
    await expect(answerOf(temporal, 100, fine)).resolves.toBe('fine');
    const shared = onBehalfOf(channelName('flood'), () => asOurselves(() => answerOf(temporal, 100, fine)));
    await expect(shared).resolves.toBe('fine'); // such as the pauses, which all channels share
  });

  it('is not refused for updates that no worker answered', async () => {
    const temporal = client();
    for (const refuse of [
      failing(status.FAILED_PRECONDITION),
      () => Promise.reject(new WorkflowUpdateRPCTimeoutOrCancelledError('no worker')),
    ]) {
      for (let asked = 0; asked < 10; asked += 1) {
        await expect(answerOf(temporal, 100, refuse)).rejects.not.toThrow(TemporalOverloaded);
      }
      await expect(answerOf(temporal, 100, fine)).resolves.toBe('fine');
    }
  });
});
