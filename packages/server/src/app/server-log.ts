import { appendFileSync } from 'node:fs';
import type { Log } from '../platform/log.ts';
import { createPinoLog } from '../platform/pino-log.ts';
import type { Config } from './config/config.ts';

/** The log as configured: standard error, or a file that is appended to line by line. */
export function createServerLog(config: Config): Log {
  const { level, format, file } = config.log;
  const terminal = file === null && process.stderr.isTTY;
  return createPinoLog({
    level,
    format: format === 'auto' ? (terminal ? 'text' : 'json') : format,
    write: file === null ? line => void process.stderr.write(line) : line => appendFileSync(file, line),
  });
}
