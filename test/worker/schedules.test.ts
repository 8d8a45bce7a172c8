import { eventually } from '../support/eventually';
import { keepSchedules } from '../../worker/schedules';

const PAUSES = { firstMs: 1, maxMs: 4 };

/** A schedule that Temporal does not take for so many attempts. */
function takenAfter(failures: number) {
  const tried = { times: 0, isSet: false };
  const set = async () => {
    tried.times += 1;
    if (tried.times <= failures) throw new Error('shard status unknown');
    tried.isSet = true;
  };
  return { tried, schedule: { name: 'sweep', set } };
}

describe('a worker that starts while Temporal is only coming back', () => {
  it('sets its schedules as soon as Temporal takes them, without another start', async () => {
    const { schedule, tried } = takenAfter(5);
    const warned: string[] = [];
    const stop = await keepSchedules([schedule], { warn: (message) => warned.push(message) }, PAUSES);
    expect(tried).toEqual({ times: 1, isSet: false });

    await eventually('the schedule', async () => tried.isSet || undefined);

    expect(warned).toEqual(
      Array.from({ length: 5 }, () => 'the schedule of the sweep could not be set; it is tried again'),
    );
    stop();
  });

  it('sets one schedule though another is not taken', async () => {
    const [bad, good] = [takenAfter(Infinity), takenAfter(0)];
    const stop = await keepSchedules([bad.schedule, good.schedule], { warn: () => undefined }, PAUSES);
    expect(good.tried.isSet).toBe(true);
    stop();
  });

  it('tries no more once it is stopped', async () => {
    const { schedule, tried } = takenAfter(Infinity);
    const stop = await keepSchedules(
      [schedule],
      { warn: () => undefined },
      { firstMs: 60_000, maxMs: 60_000 },
    );
    stop();
    expect(tried.times).toBe(1);
  });
});
