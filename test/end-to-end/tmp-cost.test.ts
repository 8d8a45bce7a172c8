import { readFileSync } from 'node:fs';
import { EmbeddedStack } from '../support/embedded-stack';
import { freePorts } from '../support/free-ports';
jest.setTimeout(900_000);
it('costs', async () => {
  const stack = await EmbeddedStack.start({ DUPLICATE_WINDOW: '0' });
  const [port] = await freePorts(1);
  await stack.startPart('api', { API_PORT: `${port}`, DUPLICATE_WINDOW: '20s' }, 'second api');
  const apis = [stack.apiUrl, `http://127.0.0.1:${port}`];
  const ms: number[][] = [[], []];
  const cpu: number[][] = [[], []];
  const pidOf = () => Number(readFileSync(`${stack.config.DATA_DIR}/temporal.pid`, 'utf8').match(/\d+/)?.[0]);
  const ticks = () => { const f = readFileSync(`/proc/${pidOf()}/stat`, 'utf8').split(') ')[1]!.split(' '); return Number(f[11]) + Number(f[12]); };
  let n = 0;
  for (let round = 0; round < 12; round++) for (const which of [0, 1]) {
    const before = ticks();
    for (let i = 0; i < 20; i++) {
      n++;
      const began = performance.now();
      const r = await fetch(`${apis[which]}/v1/purchases`, { method: 'POST', headers: { authorization: `Bearer ${stack.channels[0]?.apiKey}`, 'content-type': 'application/json' }, body: JSON.stringify({ externalId: `c-${n}`, msisdn: `0901${String(n).padStart(6, '0')}`, package: 'D90' }) });
      expect(r.status).toBe(201);
      ms[which]!.push(performance.now() - began);
    }
    await new Promise((d) => setTimeout(d, 25_000));
    cpu[which]!.push(((ticks() - before) * 10) / 20);
  }
  const med = (v: number[]) => v.toSorted((a, b) => a - b)[v.length >> 1];
  console.log({ off: med(ms[0]!), on: med(ms[1]!), cpuOff: med(cpu[0]!), cpuOn: med(cpu[1]!), cpu });
  await stack.end();
});
