import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../config/config.ts';
import { dataFolder } from '../data-folder.ts';
import { type DataLock, lockDataFolder } from '../data-lock.ts';
import { StartError } from '../start-error.ts';

/** How long to wait for a command that holds the data directory, ms. */
const toolWaitMs = 5_000;

/**
 * Takes the data directory for a server; waits a moment for a command that is at work on it. Throws `StartError` when
 * another server has it.
 */
export async function takeDataFolder(config: Config, clock: Clock): Promise<DataLock> {
  const folder = dataFolder(config.data);
  const giveUpAt = performance.now() + toolWaitMs;
  for (;;) {
    const result = lockDataFolder(folder, 'server', clock.now());
    if (result.kind === 'held') return result.lock;
    const tool = result.by === null || result.by.kind === 'tool';
    if (!tool || performance.now() > giveUpAt) {
      const phrase = result.by?.kind === 'tool' ? 'serve.locked_by_command' : 'serve.locked';
      throw new StartError(phrase, { folder: config.data, pid: result.by?.pid ?? '?' });
    }
    await sleep(100);
  }
}
