import { pino } from 'pino';
import type { Log } from '../../platform/log.ts';
import { createPinoLog } from '../../platform/pino-log.ts';
import type { Config } from '../config/config.ts';
import { nodeName } from '../nodes/node-name.ts';

/** Appends lines in the background, a moment's worth at a time; what is left goes out when the process ends. */
function fileWriter(file: string): (line: string) => void {
  const stream = pino.destination({ dest: file, append: true, mkdir: true, sync: false });
  process.on('exit', () => stream.flushSync());
  return line => void stream.write(line);
}

/** The same for what serves: lines say which node wrote them where there are several. */
export function createNodeLog(config: Config): Log {
  const log = createServerLog(config);
  return config.store.url === null && config.node.name === null ? log : log.child({ node: nodeName(config) });
}

/** The log as configured: standard error, or a file that is appended to line by line. */
export function createServerLog(config: Config): Log {
  const { level, format, file } = config.log;
  const terminal = file === null && process.stderr.isTTY;
  return createPinoLog({
    level,
    format: format === 'auto' ? (terminal ? 'text' : 'json') : format,
    write: file === null ? line => void process.stderr.write(line) : fileWriter(file),
  });
}
