import type { AccountId, TenantId } from '../../platform/ids.ts';
import { type ReadOptions, type SqlDatabase, type SqlReader, type SqlValue, statement } from '../sql/port.ts';
import { LogTable } from './log-table.ts';
import {
  type DomainCount,
  domainCounts,
  type MailCount,
  mailCounts,
  type PeopleCount,
  peopleCounts,
  type StatisticsPeriod,
} from './statistics.ts';
import type {
  PageRequest,
  SignInEntry,
  SignInQuery,
  SignInRow,
  TraceEntry,
  TraceFilter,
  TraceQuery,
  TraceRow,
} from './types.ts';

/** Longest texts kept, in characters. Peers choose some of them, so they have a limit. */
const limits = { name: 320, text: 1000 };

function cut(text: string | undefined, limit: number): string | null {
  return text === undefined ? null : text.slice(0, limit);
}

const signInOf = statement(
  "SELECT id FROM sign_in WHERE tenant_id = $1 AND account_id = $2 AND result = 'ok' LIMIT 1",
);

const time = { from: ['at >= $'], to: ['at < $'] };

interface TraceColumns {
  id: number;
  at: number;
  tenant_id: number;
  queue_id: string | null;
  event: string;
  message_id: string | null;
  sender: string | null;
  recipient: string | null;
  host: string | null;
  tls: string | null;
  reply: string | null;
  verdict: string | null;
  reason: string | null;
  subject: string | null;
  size: number | null;
}

interface SignInColumns {
  id: number;
  at: number;
  tenant_id: number;
  account_id: number | null;
  login: string;
  service: string;
  address: string;
  method: string;
  result: string;
  agent: string | null;
}

/** What is not null of some texts, under the same names: absent stays absent. */
function present<K extends string>(
  texts: Readonly<Record<K, string | null>>,
): { readonly [P in K]?: string } {
  const found: { [P in K]?: string } = {};
  for (const name in texts) {
    const text = texts[name];
    if (text !== null) found[name] = text;
  }
  return found;
}

function toTrace(row: TraceColumns): TraceRow {
  const { id, at, tenant_id, queue_id, event, message_id, sender, recipient, host, tls } = row;
  const { reply, verdict, reason, subject, size } = row;
  return {
    id,
    at,
    tenantId: tenant_id,
    queueId: queue_id,
    event,
    ...present({ messageId: message_id, sender, recipient, host, tls, reply, verdict, reason, subject }),
    ...(size !== null && { size }),
  };
}

function toSignIn(row: SignInColumns): SignInRow {
  const { id, at, tenant_id, account_id, login, service, address, method, result, agent } = row;
  const texts = present({ agent });
  return {
    id,
    at,
    tenantId: tenant_id,
    accountId: account_id,
    login,
    service,
    address,
    method,
    result,
    ...texts,
  };
}

/** What follows the last at sign, or null. */
function domainOf(address: string | undefined): string | null {
  const at = address?.lastIndexOf('@') ?? -1;
  return at < 0 ? null : (address?.slice(at + 1, at + 1 + limits.name) ?? null);
}

/** A pattern of LIKE for texts that contain `text`; `!` escapes. */
function containing(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[!%_]/g, sign => `!${sign}`)}%`;
}

function traceValues(entry: TraceEntry): SqlValue[] {
  return [
    entry.at,
    entry.tenantId,
    entry.queueId,
    entry.event,
    cut(entry.messageId, limits.text),
    cut(entry.sender, limits.name),
    cut(entry.recipient, limits.name),
    cut(entry.host, limits.name),
    cut(entry.tls, limits.name),
    cut(entry.reply, limits.text),
    cut(entry.verdict, limits.name),
    cut(entry.reason, limits.text),
    cut(entry.subject, limits.text),
    entry.size ?? null,
    domainOf(entry.sender),
  ];
}

/**
 * Where messages went, who signed in: append-only logs in `records.db`. They survive the death of the process after at
 * most 100 ms and a power cut a moment later. What administrators did is in `system.db`, where they did it.
 */
export class Records implements AsyncDisposable {
  readonly #trace: LogTable;
  readonly #signIns: LogTable;
  readonly #database: SqlDatabase;

  /** `database` is `records.db`, opened with `openRecordsDatabase`; it stays the caller's. */
  constructor(database: SqlDatabase) {
    this.#trace = new LogTable(
      database,
      'trace',
      'at tenant_id queue_id event message_id sender recipient host tls reply verdict reason subject size sender_domain'.split(
        ' ',
      ),
      {
        ...time,
        tenantId: ['tenant_id = $'],
        queueId: ['queue_id = $'],
        messageId: ['message_id = $'],
        address: ['sender = $', 'recipient = $'],
        addressPart: ["(sender LIKE $ ESCAPE '!' OR recipient LIKE $ ESCAPE '!')"],
        subject: ["LOWER(subject) LIKE $ ESCAPE '!'"],
      },
      'relaxed',
    );
    this.#database = database;
    this.#signIns = new LogTable(
      database,
      'sign_in',
      'at tenant_id account_id login service address method result agent'.split(' '),
      { ...time, tenantId: ['tenant_id = $'], accountId: ['account_id = $'] },
      'relaxed',
    );
  }

  /** Appends a step of a message's journey. Nobody needs to wait for it, but failures must be caught. */
  async trace(entry: TraceEntry): Promise<void> {
    await this.#trace.append(traceValues(entry));
  }

  /** How many deliveries, relays and refusals of a company there were, by day and by whether its own people sent. */
  async mailByDay(period: StatisticsPeriod, ownDomains: readonly string[]): Promise<MailCount[]> {
    await this.#trace.flush();
    return this.#of(period, reader => mailCounts(reader, period, ownDomains));
  }

  /** How many copies went out of a domain and into it. */
  async mailOfDomain(period: Omit<StatisticsPeriod, 'offset'>, domain: string): Promise<DomainCount> {
    await this.#trace.flush();
    return this.#of(period, reader => domainCounts(reader, period, domain));
  }

  /** How many accounts signed in, by day; `day` null: in the whole time. */
  async peopleByDay(period: StatisticsPeriod): Promise<PeopleCount[]> {
    await this.#signIns.flush();
    return this.#of(period, reader => peopleCounts(reader, period));
  }

  /** Steps about a company's mail, newest first. */
  async findTrace(query: TraceQuery, page: PageRequest): Promise<TraceRow[]> {
    return this.#steps(query, page, { tenant: query.tenantId });
  }

  /** Steps about whatever company's mail, newest first: for the operator, who has no company. */
  async findTraceAcross(query: TraceFilter, page: PageRequest): Promise<TraceRow[]> {
    return this.#steps(query, page, { across: 'operator' });
  }

  async #steps(query: TraceFilter, page: PageRequest, scope: ReadOptions): Promise<TraceRow[]> {
    const { addressPart, subject, ...rest } = query;
    const filter = {
      ...rest,
      ...(addressPart !== undefined && { addressPart: containing(addressPart) }),
      ...(subject !== undefined && { subject: containing(subject) }),
    };
    return (await this.#trace.page<TraceColumns>(filter, page.before, page.limit, scope)).map(toTrace);
  }

  async signedIn(entry: SignInEntry): Promise<void> {
    await this.#signIns.append([
      entry.at,
      entry.tenantId,
      entry.accountId,
      entry.login.slice(0, limits.name),
      entry.service,
      entry.address,
      entry.method,
      entry.result,
      cut(entry.agent, limits.name),
    ]);
  }

  async findSignIns(query: SignInQuery, page: PageRequest): Promise<SignInRow[]> {
    const scope = { tenant: query.tenantId };
    const rows = await this.#signIns.page<SignInColumns>({ ...query }, page.before, page.limit, scope);
    return rows.map(toSignIn);
  }

  /** Whether any of a company's accounts has ever signed in, as far back as sign-ins are kept. */
  async hasSignedIn(tenantId: TenantId, accountIds: readonly AccountId[]): Promise<boolean> {
    await this.#signIns.flush();
    return this.#of({ tenantId }, async reader => {
      for (const accountId of accountIds) {
        if ((await reader.get(signInOf, tenantId, accountId)) !== undefined) return true;
      }
      return false;
    });
  }

  async #of<T>(
    { tenantId }: { readonly tenantId: TenantId },
    work: (reader: SqlReader) => Promise<T>,
  ): Promise<T> {
    return this.#database.read(work, { tenant: tenantId });
  }

  /** Removes entries older than the given times (ms since the epoch). Returns how many. */
  async expire(before: { readonly trace: number; readonly signIns: number }): Promise<number> {
    const counts = [await this.#trace.expire(before.trace), await this.#signIns.expire(before.signIns)];
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Waits until everything appended so far is written. */
  async flush(): Promise<void> {
    await Promise.all([this.#trace.flush(), this.#signIns.flush()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
  }
}
