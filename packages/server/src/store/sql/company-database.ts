import type {
  Dialect,
  ReadOptions,
  SqlDatabase,
  SqlReader,
  SqlTransaction,
  TransactOptions,
} from './port.ts';

/**
 * Why something looks at rows of all companies, and changes none. Each is a look before a company is known, or one over
 * all of them; what is about one company names the company.
 */
export const looks = [
  /** Whose an address, a domain or a host is. */
  'route',
  /** Whose a login, a token, a link or a session is. */
  'sign-in',
  /** What the provider sees of all companies: lists, numbers, the checker. */
  'provider',
  /** What is due somewhere, whosever it is. */
  'due',
] as const;

/** Why something changes rows of several companies, or of one that is found or made while it is done. */
export const acts = [
  /** Making a company, or everything of an installation. */
  'found',
  /** Giving a domain to the company that proved to have it. */
  'claim',
  /** Taking work that is due, whosever it is, and removing what is too old. */
  'upkeep',
] as const;

/** See `looks`. */
export type Look = (typeof looks)[number];
/** See `acts`. */
export type Act = (typeof acts)[number];

type Brief = Omit<ReadOptions, 'account' | 'tenant' | 'across'>;
type Lasting = Omit<TransactOptions, 'account' | 'tenant' | 'across'>;

/** Rows that may be read. Its own `all/get/arrays` read one statement in a snapshot of its own. */
export interface Rows extends SqlReader {
  /** Several statements in one snapshot. */
  read<T>(work: (reader: SqlReader) => Promise<T>, options?: Brief): Promise<T>;
}

/** Rows that may be read and changed; as `SqlDatabase`, but of those it was asked for. */
export interface OpenRows extends Rows {
  readonly dialect: Dialect;
  transact<T>(work: (tx: SqlTransaction) => Promise<T>, options?: Lasting): Promise<T>;
}

/**
 * A database in whose tables the rows of companies lie side by side. There is no way to its rows but to say whose they
 * are. PostgreSQL holds everybody to it by row-level security; in a file it is only a word.
 */
export interface CompanyDatabase extends AsyncDisposable {
  readonly dialect: Dialect;
  /** The rows of one company, or of a few that one act is about. Cheap: nothing is opened. */
  of(...tenantIds: readonly number[]): OpenRows;
  /** The rows of all companies, to be read. */
  look(why: Look): Rows;
  /** The rows of all companies. */
  act(why: Act): OpenRows;
  /** Rows that belong to no company: numbers, versions, leases, nodes. Those of companies are not seen. */
  readonly shared: OpenRows;
}

/**
 * `database`, with the rows of companies only for those who say whose. It is closed with it. `everybodys`: numbers that are
 * no company's, whose rows go with those of each, such as the settings of the installation.
 */
export function companyDatabase(database: SqlDatabase, everybodys: readonly number[]): CompanyDatabase {
  return {
    dialect: database.dialect,
    of: (...tenants) => rowsOf(database, { tenant: [...tenants, ...everybodys] }),
    look: why => rowsOf(database, { across: why }),
    act: why => rowsOf(database, { across: why }),
    shared: rowsOf(database, {}),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function rowsOf(database: SqlDatabase, whose: ReadOptions): OpenRows {
  // One statement outside a transaction names nobody.
  const reader: SqlReader =
    database.dialect === 'sqlite' || Object.keys(whose).length === 0
      ? database
      : {
          all: (query, ...values) => database.read(rows => rows.all(query, ...values), whose),
          get: (query, ...values) => database.read(rows => rows.get(query, ...values), whose),
          arrays: (query, ...values) => database.read(rows => rows.arrays(query, ...values), whose),
        };
  return {
    dialect: database.dialect,
    all: (query, ...values) => reader.all(query, ...values),
    get: (query, ...values) => reader.get(query, ...values),
    arrays: (query, ...values) => reader.arrays(query, ...values),
    read: (work, options) => database.read(work, { ...options, ...whose }),
    transact: (work, options) => database.transact(work, { ...options, ...whose }),
  };
}
