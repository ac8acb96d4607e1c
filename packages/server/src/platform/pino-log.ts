import { type Logger, pino, stdSerializers } from 'pino';
import type { Log, LogFields } from './log.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** `json`: one object a line, for machines. `text`: time, level, event and fields, for people. */
export type LogFormat = 'json' | 'text';

export interface PinoLogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes whole lines. */
  readonly write: (line: string) => void;
}

/** Names whose values never reach a log, wherever they stand in the fields. */
const secretNames = [
  'password',
  'passphrase',
  'secret',
  'credentials',
  'authorization',
  'cookie',
  'token',
  'key',
  'proof',
];
const redacted = secretNames.flatMap(name => [name, `*.${name}`]);

function value(field: unknown): string {
  if (typeof field === 'string') return /^[^\s"=\p{Cc}]+$/u.test(field) ? field : JSON.stringify(field);
  return JSON.stringify(field) ?? 'undefined';
}

/** Renders one JSON line for people; a stack goes on lines of its own. */
function toText(line: string): string {
  const { time, level, event, error, ...fields }: Record<string, unknown> = JSON.parse(line);
  const rest = Object.entries(fields).map(([name, field]) => `${name}=${value(field)}`);
  let stack = '';
  if (typeof error === 'object' && error !== null && 'stack' in error) stack = `\n${String(error.stack)}`;
  else if (error !== undefined) rest.push(`error=${value(error)}`);
  return `${[String(time), String(level).padEnd(5), String(event), ...rest].join(' ')}${stack}\n`;
}

function wrap(logger: Logger): Log {
  const at =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      logger[level]({ event, ...fields });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: fields => wrap(logger.child(fields)),
  };
}

/** A log on pino. */
export function createPinoLog(options: PinoLogOptions): Log {
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { error: stdSerializers.err },
      redact: { paths: redacted, censor: '[secret]' },
    },
    { write: line => options.write(options.format === 'text' ? toText(line) : line) },
  );
  return wrap(logger);
}
