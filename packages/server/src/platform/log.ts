/** Fields of a log line: flat, no secrets, no message text. `error` is rendered with its stack. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log. `event` is a stable dotted name (`smtp.connection_refused`), the rest goes into fields. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A log that adds `fields` to every line. */
  child(fields: LogFields): Log;
}

/** A log that drops everything, for tests and tools. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
