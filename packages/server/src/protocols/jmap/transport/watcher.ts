import { createHash } from 'node:crypto';
import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { changedStates, stateChange, type TypeStates } from '@hongyan/formats/jmap/push.ts';
import type { Scope } from '../../../access/scope.ts';
import { allMyRights } from '../../../mailbox/sharing/acl.ts';
import { accountIdOf } from '../accounts.ts';
import type { Caller, JmapContext } from '../context.ts';
import { nothingTold, type PackedStates, packStates, typeStates, unpackStates } from '../type-states.ts';

/** A StateChange to be pushed, and the token from which a client can go on later. */
export interface PushedChange {
  readonly change: JsonObject;
  readonly pushState: string;
}

/** Who is told. */
export interface Listener {
  changed(change: PushedChange): void;
}

/** An account that is watched: one for each client, so they are small. */
interface Watched {
  readonly scope: Scope;
  readonly subscription: Disposable;
  told: PackedStates;
  reading: boolean;
  /** A notice came while it was read. */
  again: boolean;
}

/**
 * Watches the accounts of a caller and tells what has changed since it told the last time (RFC 8620 §7.1). A notice of
 * the notifier only makes it read again, so lost and doubled notices do no harm.
 */
export class StateWatcher implements Disposable {
  readonly #ctx: JmapContext;
  readonly #types: ReadonlySet<string> | null;
  readonly #listener: Listener;
  readonly #watched: Watched[] = [];
  #starting: Iterable<Scope>;
  #open = true;

  /** `types`: null for all. */
  constructor(ctx: JmapContext, caller: Caller, types: ReadonlySet<string> | null, listener: Listener) {
    this.#ctx = ctx;
    this.#starting = caller.scopes.values();
    this.#types = types;
    this.#listener = listener;
  }

  /**
   * Starts watching. What changed since `pushState` is told at once, everything when it is none of ours; null: from now on.
   */
  async start(pushState: string | null): Promise<void> {
    const before = pushState === null ? null : (readPushState(pushState) ?? new Map());
    const scopes = this.#starting;
    this.#starting = [];
    for (const scope of scopes) {
      if (!this.#open) return;
      const watched: Watched = {
        scope,
        subscription: this.#ctx.mailboxes.notifier.subscribe(scope.accountId, () => void this.#read(watched)),
        told: nothingTold,
        // Notices that come meanwhile wait until it is known what was told.
        reading: true,
        again: false,
      };
      this.#watched.push(watched);
      const now = await typeStates(this.#ctx, scope);
      const known = before === null ? now : statesIn(before.get(accountIdOf(scope)), now);
      watched.told = packStates(known);
      if (before !== null) this.#compare(watched, now);
      watched.reading = false;
      if (watched.again) void this.#read(watched);
    }
  }

  [Symbol.dispose](): void {
    this.#open = false;
    for (const { subscription } of this.#watched.splice(0)) subscription[Symbol.dispose]();
  }

  async #read(watched: Watched): Promise<void> {
    if (watched.reading) {
      watched.again = true;
      return;
    }
    watched.reading = true;
    try {
      do {
        watched.again = false;
        if (!(await this.#mayStill(watched.scope))) return;
        this.#compare(watched, await typeStates(this.#ctx, watched.scope));
      } while (watched.again);
    } catch (error) {
      this.#ctx.log.warn('jmap.push_failed', { account: watched.scope.accountId, error });
    } finally {
      watched.reading = false;
    }
  }

  /** Access to somebody else's account may have been taken back since. */
  async #mayStill(scope: Scope): Promise<boolean> {
    const { principal, accountId } = scope;
    if (principal.kind !== 'account' || accountId === principal.accountId) return true;
    if (scope.folders === 'shared') return (await allMyRights(this.#ctx.mailboxes, scope)).size > 0;
    const { accounts } = await this.#ctx.directory.accessOf(principal.tenantId, principal.accountId);
    return accounts.some(granted => granted.accountId === accountId && granted.rights.read);
  }

  #compare(watched: Watched, now: TypeStates): void {
    const changed = changedStates(unpackStates(watched.told), now);
    if (!changed) return;
    watched.told = packStates(now);
    if (!this.#open) return;
    const wanted = Object.entries(changed).filter(([type]) => this.#types?.has(type) ?? true);
    if (wanted.length === 0) return;
    const change = stateChange(new Map([[accountIdOf(watched.scope), Object.fromEntries(wanted)]]));
    this.#listener.changed({ change, pushState: this.pushState });
  }

  /** A token for where the client stands now. */
  get pushState(): string {
    return this.#watched
      .map(({ scope, told }) => {
        const marks = Object.entries(unpackStates(told)).map(markOf);
        return `${accountIdOf(scope)}.${marks.join('')}`;
      })
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
