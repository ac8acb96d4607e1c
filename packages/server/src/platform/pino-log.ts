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

/** Names whose values never reach a log: of fields, and of what stands in fields. */
const secretNames: ReadonlySet<string> = new Set([
  'password',
  'passphrase',
  'secret',
  'credentials',
  'authorization',
  'cookie',
  'token',
  'key',
  'proof',
]);

type Fields = Readonly<Record<string, unknown>>;

/** The fields without secrets; the very same object when there are none, as nearly always. `deep`: one level further. */
function withoutSecrets(fields: Fields, deep: boolean): Fields {
  let clean: Record<string, unknown> | null = null;
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    let shown = field;
    if (secretNames.has(name)) shown = '[secret]';
    else if (deep && typeof field === 'object' && field !== null && !(field instanceof Error))
      shown = withoutSecrets(field as Fields, false);
    if (shown === field) continue;
    clean ??= { ...fields };
    clean[name] = shown;
  }
  return clean ?? fields;
}

function shownError(error: unknown): unknown {
  return error instanceof Error ? withoutSecrets({ ...stdSerializers.err(error) }, false) : error;
}

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
      logger[level]({ event, ...withoutSecrets(fields, true) });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: fields => wrap(logger.child(withoutSecrets(fields, true))),
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
      serializers: { error: shownError },
    },
    { write: line => options.write(options.format === 'text' ? toText(line) : line) },
  );
  return wrap(logger);
}
