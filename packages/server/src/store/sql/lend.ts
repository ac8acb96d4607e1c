import { MailError } from '../../platform/errors.ts';
import type { SqlReader, SqlTransaction, SqlValue, Statement } from './port.ts';

/** Whether what was lent is back. */
interface Loan {
  over: boolean;
}

/** Rejects with `store.unavailable`: what asks so late was not waited for, and hears of nothing else. */
function tooLate(): Promise<never> {
  return Promise.reject(new MailError('store.unavailable', { reason: 'transaction over' }));
}

function lentReader(reader: SqlReader, loan: Loan): SqlReader {
  return {
    all: <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
      loan.over ? tooLate() : reader.all<Row>(query, ...parameters),
    get: <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
      loan.over ? tooLate() : reader.get<Row>(query, ...parameters),
    arrays: (query, ...parameters) => (loan.over ? tooLate() : reader.arrays(query, ...parameters)),
  };
}

async function lend<T>(work: (loan: Loan) => Promise<T>): Promise<T> {
  const loan = { over: false };
  try {
    return await work(loan);
  } finally {
    loan.over = true;
  }
}

/**
 * Gives `work` a reader for as long as it runs. What goes on after it has ended (of things done side by side the others, when
 * one fails) is refused: the connection is somebody else's then, and so would the statement be.
 */
export function lendReader<T>(reader: SqlReader, work: (reader: SqlReader) => Promise<T>): Promise<T> {
  return lend(loan => work(lentReader(reader, loan)));
}

/** The same with a transaction. */
export function lendTransaction<T>(tx: SqlTransaction, work: (tx: SqlTransaction) => Promise<T>): Promise<T> {
  return lend(loan =>
    work({
      ...lentReader(tx, loan),
      run: (query, ...parameters) => (loan.over ? tooLate() : tx.run(query, ...parameters)),
      afterCommit: effect => tx.afterCommit(effect),
    }),
  );
}
