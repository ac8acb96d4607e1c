import { pino } from 'pino';
import type { Log } from '../../platform/log.ts';
import { createPinoLog } from '../../platform/pino-log.ts';
import type { Config } from '../config/config.ts';
import { nodeName } from '../nodes/node-name.ts';

const standardError = 2;

/** Writes lines in the background, a moment's worth at a time; what is left goes out when the process ends. */
function backgroundWriter(dest: string | typeof standardError): (line: string) => void {
  const stream = pino.destination({ dest, append: true, mkdir: true, sync: false });
  // A full disk or a reader that went away must not stop the mail.
  stream.on('error', () => undefined);
  process.on('exit', () => {
    try {
      stream.flushSync();
    } catch {
      // Not open yet, or not to be written any more.
    }
  });
  return line => void stream.write(line);
}

/** The same for what serves: lines say which node wrote them where there are several. */
export function createNodeLog(config: Config): Log {
  const log = createServerLog(config);
  return config.store.url === null && config.node.name === null ? log : log.child({ node: nodeName(config) });
}

/** The log as configured: standard error, or a file that is appended to. */
export function createServerLog(config: Config): Log {
  const { level, format, file } = config.log;
  const terminal = file === null && process.stderr.isTTY;
  return createPinoLog({
    level,
    format: format === 'auto' ? (terminal ? 'text' : 'json') : format,
    // A pipe is written to at once, line by line: whoever reads it slowly would hold the mail up.
    write: terminal ? line => void process.stderr.write(line) : backgroundWriter(file ?? standardError),
  });
}
