import type { SqlReader, SqlTransaction, SqlValue, Statement } from '../../sql/port.ts';
import { insertionOf, parametersOf, partsOf } from './insertions.ts';
import { type Client, runArrays, runObjects } from './pool.ts';
import type { Fate } from './transaction.ts';

/** What one of the statements asks for. */
type Shape = 'objects' | 'arrays' | 'count';

interface Asked {
  readonly who: object;
  readonly shape: Shape;
  readonly query: Statement;
  readonly parameters: readonly SqlValue[];
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Several pieces of work over one connection, side by side: once each of them waits for an answer, what they ask for goes
 * out in one write, and equal insertions that allow it as one. They must wait for nothing else.
 */
export class Lockstep {
  readonly #client: Client;
  readonly #fate: Fate;
  #working = 0;
  #asked: Asked[] = [];
  #planned = false;
  /** Whether a statement failed: the server takes no other until all is rolled back. */
  broken = false;

  constructor(client: Client, fate: Fate) {
    this.#client = client;
    this.#fate = fate;
  }

  /** Takes part in the steps until `work` has ended. `wrote` is called when it is about to change something. */
  async join<T>(
    work: (tx: Omit<SqlTransaction, 'afterCommit'>) => Promise<T>,
    wrote: () => void,
  ): Promise<T> {
    this.#working += 1;
    const who = {};
    const ask = async (shape: Shape, query: Statement, parameters: readonly SqlValue[]): Promise<unknown> => {
      if (!/^\s*SELECT\b/i.test(query.postgres)) wrote();
      return new Promise((resolve, reject) => {
        this.#asked.push({ who, shape, query, parameters, resolve, reject });
        this.#plan();
      });
    };
    const reader: SqlReader = {
      all: async <Row extends object>(query: Statement, ...values: SqlValue[]) =>
        (await ask('objects', query, values)) as Row[],
      get: async <Row extends object>(query: Statement, ...values: SqlValue[]) =>
        ((await ask('objects', query, values)) as Row[])[0],
      arrays: async (query, ...values) => (await ask('arrays', query, values)) as SqlValue[][],
    };
    try {
      return await work({
        ...reader,
        run: async (query, ...values) => (await ask('count', query, values)) as number,
      });
    } finally {
      this.#working -= 1;
      this.#plan();
    }
  }

  /** When all that can run has run. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    process.nextTick(() => {
      this.#planned = false;
      if (new Set(this.#asked.map(({ who }) => who)).size >= this.#working) this.#send();
    });
  }

  #send(): void {
    const asked = this.#asked.splice(0);
    const perWork = Map.groupBy(asked, ({ who }) => who);
    const alike = new Map<Statement, Asked[]>();
    for (const one of asked) {
      const { query, who, shape } = one;
      // What one asks for at the same time goes in its order.
      const free = query.together === true && shape === 'count' && perWork.get(who)?.length === 1;
      if (!free) this.#one(one);
      else if (!alike.get(query)?.push(one)) alike.set(query, [one]);
    }
    for (const [query, group] of alike) for (const part of partsOf(group)) this.#insert(query, part);
  }

  #one(asked: Asked): void {
    const { shape, query, parameters } = asked;
    const sent =
      shape === 'arrays'
        ? runArrays(this.#client, query, parameters)
        : runObjects(this.#client, query, parameters).then(({ rows, changed }) =>
            shape === 'count' ? changed : rows,
          );
    this.#answer([asked], sent, answer => [answer]);
  }

  #insert(query: Statement, group: readonly Asked[]): void {
    const sent = runObjects(this.#client, insertionOf(query, group.length), parametersOf(group));
    // Nobody asks how many rows it was: see `Statement.together`.
    this.#answer(group, sent, () => group.map(() => 1));
  }

  #answer<Sent>(
    group: readonly Asked[],
    sent: Promise<Sent>,
    split: (sent: Sent) => readonly unknown[],
  ): void {
    this.#fate.watch(sent).then(
      answer => {
        const answers = split(answer);
        for (const [n, { resolve }] of group.entries()) resolve(answers[n]);
      },
      (error: unknown) => {
        this.broken = true;
        for (const { reject } of group) reject(error);
      },
    );
  }
}
