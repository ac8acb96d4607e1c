import { Buffer } from 'node:buffer';
import { isObject, type JsonObject, own, parseJson } from '@hongyan/formats/jmap/json.ts';
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

  /** Starts watching. What changed since `pushState` is told at once; null: from now on. */
  async start(pushState: string | null): Promise<void> {
    const before = pushState === null ? null : readPushState(pushState);
    for (const scope of this.#caller.scopes.values()) {
      const { notifier } = this.#ctx.mailboxes;
      this.#subscriptions.push(notifier.subscribe(scope.accountId, () => void this.#read(scope.accountId)));
      const id = accountIdOf(scope);
      const known = before?.get(id);
      if (known) this.#told.set(id, known);
      else this.#told.set(id, await typeStates(this.#ctx, scope));
      if (known) await this.#read(scope.accountId);
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
    return Buffer.from(JSON.stringify(Object.fromEntries(this.#told))).toString('base64url');
  }
}

/** Reads a token; null for anything that is none. */
function readPushState(token: string): Map<string, TypeStates> | null {
  if (token.length > 10_000) return null;
  const parsed = parseJson(Buffer.from(token, 'base64url'));
  if (parsed.kind !== 'json' || !isObject(parsed.value)) return null;
  const states = new Map<string, TypeStates>();
  for (const id of Object.keys(parsed.value)) {
    const types = own(parsed.value, id);
    if (!isObject(types)) return null;
    states.set(id, types as TypeStates);
  }
  return states;
}
