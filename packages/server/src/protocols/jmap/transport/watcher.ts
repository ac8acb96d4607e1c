import { createHash } from 'node:crypto';
import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { changedStates, stateChange, type TypeStates } from '@hongyan/formats/jmap/push.ts';
import { allMyRights } from '../../../mailbox/sharing/acl.ts';
import type { AccountId } from '../../../platform/ids.ts';
import { accountIdOf } from '../accounts.ts';
import type { Caller, JmapContext } from '../context.ts';
import { typeStates } from '../type-states.ts';

/** A StateChange to be pushed, and the token from which a client can go on later. */
export interface PushedChange {
  readonly change: JsonObject;
  readonly pushState: string;
}

/**
 * Watches the accounts of a caller and tells what has changed since it told the last time (RFC 8620 §7.1). A notice of
 * the notifier only makes it read again, so lost and doubled notices do no harm.
 */
export class StateWatcher implements Disposable {
  readonly #ctx: JmapContext;
  readonly #caller: Caller;
  readonly #types: ReadonlySet<string> | null;
  readonly #tell: (change: PushedChange) => void;
  readonly #told = new Map<string, TypeStates>();
  readonly #subscriptions: Disposable[] = [];
  readonly #reading = new Set<AccountId>();
  readonly #again = new Set<AccountId>();
  #open = true;

  /** `types`: null for all. */
  constructor(
    ctx: JmapContext,
    caller: Caller,
    types: ReadonlySet<string> | null,
    tell: (change: PushedChange) => void,
  ) {
    this.#ctx = ctx;
    this.#caller = caller;
    this.#types = types;
    this.#tell = tell;
  }

  /**
   * Starts watching. What changed since `pushState` is told at once, everything when it is none of ours; null: from now on.
   */
  async start(pushState: string | null): Promise<void> {
    const before = pushState === null ? null : (readPushState(pushState) ?? new Map());
    for (const scope of this.#caller.scopes.values()) {
      const { accountId } = scope;
      // Notices that come meanwhile wait until it is known what was told.
      this.#reading.add(accountId);
      const { notifier } = this.#ctx.mailboxes;
      this.#subscriptions.push(notifier.subscribe(accountId, () => void this.#read(accountId)));
      const id = accountIdOf(scope);
      const now = await typeStates(this.#ctx, scope);
      this.#told.set(id, before === null ? now : statesIn(before.get(id), now));
      if (before !== null) this.#compare(id, now);
      this.#reading.delete(accountId);
      if (this.#again.has(accountId)) void this.#read(accountId);
    }
  }

  [Symbol.dispose](): void {
    this.#open = false;
    for (const subscription of this.#subscriptions.splice(0)) subscription[Symbol.dispose]();
  }

  async #read(accountId: AccountId): Promise<void> {
    const scope = this.#caller.scopes.get(accountId);
    if (!scope) return;
    if (this.#reading.has(accountId)) {
      this.#again.add(accountId);
      return;
    }
    this.#reading.add(accountId);
    try {
      do {
        this.#again.delete(accountId);
        if (!(await this.#mayStill(accountId))) return;
        this.#compare(accountIdOf(scope), await typeStates(this.#ctx, scope));
      } while (this.#again.has(accountId));
    } catch (error) {
      this.#ctx.log.warn('jmap.push_failed', { account: accountId, error });
    } finally {
      this.#reading.delete(accountId);
    }
  }

  /** Access to somebody else's account may have been taken back since. */
  async #mayStill(accountId: AccountId): Promise<boolean> {
    const { principal } = this.#caller;
    if (accountId === principal.accountId) return true;
    const scope = this.#caller.scopes.get(accountId);
    if (scope?.folders === 'shared') return (await allMyRights(this.#ctx.mailboxes, scope)).size > 0;
    const { accounts } = await this.#ctx.directory.accessOf(principal.tenantId, principal.accountId);
    return accounts.some(granted => granted.accountId === accountId && granted.rights.read);
  }

  #compare(id: string, now: TypeStates): void {
    const changed = changedStates(this.#told.get(id) ?? {}, now);
    this.#told.set(id, now);
    if (!changed || !this.#open) return;
    const wanted = Object.entries(changed).filter(([type]) => this.#types?.has(type) ?? true);
    if (wanted.length === 0) return;
    const change = stateChange(new Map([[id, Object.fromEntries(wanted)]]));
    this.#tell({ change, pushState: this.pushState });
  }

  /** A token for where the client stands now. */
  get pushState(): string {
    return [...this.#told]
      .map(([id, states]) => `${id}.${Object.entries(states).map(markOf).join('')}`)
      .join('~');
  }
}

/** Characters of a mark, of a token that is read (it travels in a header field). */
const markLength = 5;
const maxToken = 12_000;

/** Stands for the state of a type in a token: short, because a token holds those of all accounts. */
function markOf([type, state]: readonly [string, string]): string {
  return createHash('sha256').update(`${type}=${state}`).digest('base64url').slice(0, markLength);
}

/** The marks of each account in a token; null for anything that is none. */
function readPushState(token: string): Map<string, ReadonlySet<string>> | null {
  if (token.length > maxToken || !/^[A-Za-z0-9_.~-]*$/.test(token)) return null;
  const known = new Map<string, ReadonlySet<string>>();
  for (const piece of token.split('~')) {
    const dot = piece.indexOf('.');
    const marks = piece.slice(dot + 1);
    if (dot < 1 || marks.length % markLength !== 0) return null;
    const count = marks.length / markLength;
    known.set(
      piece.slice(0, dot),
      new Set(Array.from({ length: count }, (_, n) => marks.slice(n * markLength, (n + 1) * markLength))),
    );
  }
  return known;
}

/** Those of the states that the marks stand for. */
function statesIn(marks: ReadonlySet<string> | undefined, states: TypeStates): TypeStates {
  return objectOf(Object.entries(states).filter(entry => marks?.has(markOf(entry)) ?? false));
}
