import { Buffer } from 'node:buffer';
import { parseId } from '@hongyan/formats/jmap/id.ts';
import { textOf } from '@hongyan/formats/jmap/json.ts';
import { defaultSieveLimits, type SieveLimits } from '@hongyan/formats/sieve/limits.ts';
import { readSieve, type SieveReading } from '@hongyan/formats/sieve/script.ts';
import type { Scope } from '../../access/scope.ts';
import { mailboxOf, readTree } from '../../mailbox/tree.ts';
import type { Mailbox } from '../../mailbox/types.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { AccountReader } from '../../store/accounts/account-transaction.ts';
import { type PersonalType, personalStates } from '../../store/accounts/personal/object-rows.ts';
import type { PersonalContext } from '../context.ts';
import { memberRights } from '../member-rights.ts';
import { parseObjectId } from '../objects/kind.ts';
import { storedObjects } from '../objects/read.ts';
import { readSingleton } from '../objects/singleton.ts';
import { ownerOf, storedSettings } from '../settings.ts';
import { labelKind } from '../types/label.ts';
import { type Rule, ruleOf } from '../types/rule.ts';
import { type AutoForward, autoForwardOf } from '../types/settings.ts';
import { type Vacation, vacationDefaults, vacationOf } from '../types/vacation.ts';
import { compileRules, type RuleNames, runningRules } from './compile-rules.ts';
import { compileVacation, isAnswering } from './compile-vacation.ts';
import { SenderLists } from './senders.ts';
import { quoted } from './sieve-text.ts';

/** Extensions that the scripts made of forms use. */
const requirements =
  'require ["fileinto", "copy", "mailbox", "reject", "vacation", "imap4flags", "body", "environment", "comparator-i;unicode-casemap"];\n';

/** Forms are checked when they are filled in, so their scripts may be larger than what people write. */
export const formLimits: SieveLimits = {
  ...defaultSieveLimits,
  scriptBytes: 4 * 1024 * 1024,
  nesting: 256,
  stringLength: 256 * 1024,
  actions: 256,
  redirects: 32,
};

/** What a member filled in, in one snapshot. */
interface Filled {
  readonly senders: SenderLists;
  readonly rules: readonly Rule[];
  readonly forward: AutoForward;
  readonly vacation: Vacation;
  readonly names: Omit<RuleNames, 'mayForward'>;
}

/** What a member's forms say about a delivery. */
export interface MemberForms {
  readonly senders: SenderLists;
  /** The forms as a Sieve script for a moment; null when there is nothing to run. */
  script(now: number): Promise<SieveReading | null>;
}

const relevant: readonly PersonalType[] = ['rule', 'sender', 'settings', 'vacation', 'label'];

/** Accounts whose forms are kept compiled, per process. */
const mostKept = 500;

interface Kept {
  readonly version: string;
  readonly filled: Filled | null;
  readonly scripts: Map<string, SieveReading>;
}

/** The forms of accounts; those used lately are kept compiled. The store is asked every time whether they still hold. */
export class MemberFormsCache {
  readonly #ctx: PersonalContext;
  readonly #kept = new Map<AccountId, Kept>();

  constructor(ctx: PersonalContext) {
    this.#ctx = ctx;
  }

  /** Null for an account that filled in nothing of the kind. */
  of(scope: Scope): Promise<MemberForms | null> {
    return this.#ctx.mailboxes.accounts.read(scope, reader => this.in(reader, scope));
  }

  /** The same for who has a snapshot of the account open. */
  async in(reader: AccountReader, scope: Scope): Promise<MemberForms | null> {
    const kept = await this.#read(reader);
    const { filled } = kept;
    if (filled === null) return null;
    return { senders: filled.senders, script: now => this.#script(scope, kept, filled, now) };
  }

  async #read(reader: AccountReader): Promise<Kept> {
    const { accountId } = reader;
    const kept = await this.#current(reader, this.#kept.get(accountId));
    this.#kept.delete(accountId);
    if (kept.filled !== null) this.#kept.set(accountId, kept);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > mostKept && oldest.done !== true) this.#kept.delete(oldest.value);
    return kept;
  }

  /** What is kept, if it still holds, else what the rows say. */
  async #current(reader: AccountReader, known: Kept | undefined): Promise<Kept> {
    const states = await personalStates(reader);
    if (!relevant.some(type => states.has(type))) return { version: '', filled: null, scripts: new Map() };
    const { mailboxModseq } = await reader.state();
    const version = JSON.stringify([mailboxModseq, relevant.map(type => states.get(type)?.modseq ?? 0)]);
    if (known?.version === version) return known;
    return { version, filled: await readForms(this.#ctx, reader), scripts: new Map() };
  }

  async #script(scope: Scope, kept: Kept, filled: Filled, now: number): Promise<SieveReading | null> {
    const { rules, forward, vacation, names } = filled;
    const answering = isAnswering(vacation, now);
    const forwarding = forward.isEnabled && forward.address !== null;
    if (runningRules(rules).length === 0 && !answering && !forwarding) return null;
    // The company's word is asked for each delivery: it holds at once.
    const { mayForward } = await memberRights(this.#ctx.database, scope.tenantId);
    const { addresses, language } = await ownerOf(this.#ctx, scope);
    const key = JSON.stringify([answering, mayForward, language, addresses]);
    const known = kept.scripts.get(key);
    if (known !== undefined) return known;
    let text = requirements + compileRules(rules, { ...names, mayForward });
    if (forwarding && mayForward && forward.address !== null) {
      text += `redirect${forward.keepCopy ? ' :copy' : ''} ${quoted(forward.address)};\n`;
    }
    if (answering) text += compileVacation(vacation, addresses, language);
    const reading = readSieve(Buffer.from(text), formLimits);
    kept.scripts.set(key, reading);
    return reading;
  }
}

/** The script of some rules alone, for mail that is there already: nothing is sent anywhere. */
export async function rulesScript(reader: AccountReader, rules: readonly Rule[]): Promise<SieveReading> {
  const quiet = rules.map(rule => ({
    ...rule,
    actions: rule.actions.filter(({ type }) => type !== 'forward' && type !== 'refuse'),
  }));
  const names = { ...(await ruleNames(reader)), mayForward: false };
  return readSieve(Buffer.from(requirements + compileRules(quiet, names)), formLimits);
}

async function readForms(ctx: PersonalContext, reader: AccountReader): Promise<Filled> {
  const senders = await storedObjects(reader, 'sender');
  const rules = await storedObjects(reader, 'rule');
  return {
    senders: new SenderLists(senders.map(one => one.value)),
    rules: rules.map(one => ruleOf(one.value)),
    forward: autoForwardOf(await storedSettings(reader, ctx.language)),
    vacation: vacationOf(await readSingleton(reader, 'vacation', vacationDefaults)),
    names: await ruleNames(reader),
  };
}

/** Mailboxes by their path, labels by their keyword. */
async function ruleNames(reader: AccountReader): Promise<Omit<RuleNames, 'mayForward'>> {
  const tree = await readTree(reader);
  const { base } = await reader.state();
  const mailboxes = new Map<number, Mailbox>(
    [...tree.rows.values()].map(row => [row.id, mailboxOf(row, tree.pathOf(row), base)]),
  );
  const labels = await storedObjects(reader, 'label');
  const keywords = new Map(labels.map(one => [one.id, textOf(one.value, 'keyword')]));
  const trash = [...mailboxes.values()].find(one => one.role === 'trash');
  return {
    mailbox: id => mailboxes.get(parseId('m', id) ?? -1)?.path.join('/') ?? null,
    keyword: id => keywords.get(parseObjectId(labelKind, id) ?? -1) ?? null,
    trash: trash?.path.join('/') ?? 'Trash',
  };
}
