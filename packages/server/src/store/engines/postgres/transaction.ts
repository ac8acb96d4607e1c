import type { SqlReader, SqlTransaction, SqlValue, Statement } from '../../sql/port.ts';
import { isPassing } from './failures.ts';
import { type Client, runArrays, runObjects } from './pool.ts';

/** Reading over a connection. */
export function readerOver(client: Client): SqlReader {
  return {
    all: async <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
      (await runObjects(client, query, parameters)).rows as Row[],
    get: async <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
      (await runObjects(client, query, parameters)).rows[0] as Row | undefined,
    arrays: (query, ...parameters) => runArrays(client, query, parameters),
  };
}

/** What a transaction met that takes all of it back, whatever its work made of the error. */
export class Fate {
  error: unknown = null;

  async watch<T>(running: Promise<T>): Promise<T> {
    try {
      return await running;
    } catch (error) {
      if (isPassing(error)) this.error ??= error;
      throw error;
    }
  }
}

/** Reading and writing over a connection with an open transaction. */
export function transactionOver(client: Client, fate: Fate, effects: (() => void)[]): SqlTransaction {
  const reader = readerOver(client);
  return {
    all: <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
      fate.watch(reader.all<Row>(query, ...parameters)),
    get: <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
      fate.watch(reader.get<Row>(query, ...parameters)),
    arrays: (query, ...parameters) => fate.watch(reader.arrays(query, ...parameters)),
    run: async (query, ...parameters) => (await fate.watch(runObjects(client, query, parameters))).changed,
    afterCommit: effect => {
      effects.push(effect);
    },
  };
}
