import { noopMetricMeter } from '@temporalio/common';
import { createLogger } from '../../runtime/logging';
import { WorkerMetrics } from '../../worker/metrics';

describe('a worker whose clock is behind Temporal’s', () => {
  it('is measured by how far it is off: the SDK’s meter throws at a value below zero, which would end the process', () => {
    const gauge = noopMetricMeter.createGauge('clock');
    const set = jest.spyOn(gauge, 'set');
    jest.spyOn(noopMetricMeter, 'createGauge').mockReturnValue(gauge);
    new WorkerMetrics(noopMetricMeter, createLogger('test', 'silent')).clockIsOff(-0.003);
    expect(set).toHaveBeenCalledWith(0.003, {});
  });
});
