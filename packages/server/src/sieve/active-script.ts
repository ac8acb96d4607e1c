import { Buffer } from 'node:buffer';
import { readSieve, type SieveReading } from '@hongyan/formats/sieve/script.ts';
import type { Scope } from '../access/scope.ts';
import type { AccountId } from '../platform/ids.ts';
import type { AccountReader } from '../store/accounts/account-transaction.ts';
import { activeScriptContent, type ScriptContent } from '../store/accounts/scripts/script-rows.ts';
import { requireRead, type ScriptContext } from './context.ts';

/** The script that runs on an account's mail, read. */
export interface ActiveScript {
  readonly name: string;
  readonly reading: SieveReading;
  /** Whether it, or a script that it includes, may refuse mail. */
  readonly mayRefuse: boolean;
}

/** Words without which no script refuses anything, in any case. */
function mayRefuse(content: Uint8Array): boolean {
  const text = Buffer.from(content).toString('latin1').toLowerCase();
  return text.includes('reject') || text.includes('include');
}

/** Scripts that are kept read, per process. */
const mostKept = 500;

/** The active scripts of accounts; those used lately are kept read. The store is asked every time. */
export class ActiveScripts {
  readonly #ctx: ScriptContext;
  readonly #kept = new Map<AccountId, ScriptContent & { readonly reading: SieveReading }>();

  constructor(ctx: ScriptContext) {
    this.#ctx = ctx;
  }

  /** Null when the account has no active script. */
  async of(scope: Scope): Promise<ActiveScript | null> {
    requireRead(scope);
    return this.#ctx.accounts.read(scope, reader => this.in(reader));
  }

  /** The same for who has a snapshot of the account open, and may read it. */
  async in(reader: AccountReader): Promise<ActiveScript | null> {
    const { accountId } = reader;
    const stored = await activeScriptContent(reader);
    const kept = this.#kept.get(accountId);
    this.#kept.delete(accountId);
    if (stored === null) return null;
    const same = kept !== undefined && Buffer.compare(kept.content, stored.content) === 0;
    const reading = same ? kept.reading : readSieve(stored.content, this.#ctx.limits.script);
    this.#kept.set(accountId, { ...stored, reading });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > mostKept && oldest.done !== true) this.#kept.delete(oldest.value);
    return { name: stored.name, reading, mayRefuse: mayRefuse(stored.content) };
  }
}
