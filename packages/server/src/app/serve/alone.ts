import { systemClock } from '../../platform/clock.ts';
import { mergeMetrics } from '../../platform/metrics/metrics.ts';
import { openHouse } from '../house.ts';
import { heardFromNodes } from '../nodes/node.ts';
import { collectLessOften } from '../runtime/heap.ts';
import { prepare } from './prepare.ts';
import { joinNodes, type Running, type Start, type Started } from './running.ts';
import { startServices } from './services.ts';

/** All services in this very process. Throws `StartError`. */
export async function startAlone(start: Start): Promise<Started> {
  const { config, bootId, log, metrics, nodes } = start;
  collectLessOften(systemClock);
  const bus = nodes?.bus ?? null;
  const house = await openHouse({ config, clock: systemClock, log, bootId, transport: bus, others: bus });
  try {
    await joinNodes(nodes);
    const prepared = await prepare(house, start.wishes, start.say);
    const services = await startServices(house);
    bus?.listen(heardFromNodes(house, services));
    const running: Running = {
      ports: services.ports,
      wake: () => services.wake(),
      reload: () => services.reload(),
      report: {
        ready: () => services.readiness.check(),
        metrics: async () => mergeMetrics([await metrics.collect(false), await house.metrics.collect(true)]),
      },
      standDown: () => services.readiness.standDown(),
      async drain(deadlineMs) {
        await services.drain(deadlineMs);
        await house[Symbol.asyncDispose]();
      },
    };
    return { running, prepared };
  } catch (error) {
    await house[Symbol.asyncDispose]();
    throw error;
  }
}
