import type { Json, JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { type Language, languageOf } from '@hongyan/phrases/phrases.ts';
import { type Scope, tenantScope } from '../access/scope.ts';
import { announce } from '../mailbox/context.ts';
import type { ChangePoint } from '../mailbox/emails/states.ts';
import {
  changeMaildropSettings,
  type MaildropSettings,
  maildropSettings,
} from '../mailbox/maildrop/settings.ts';
import type { AccountReader } from '../store/accounts/account-transaction.ts';
import { type PersonalContext, requireRead, requireWrite } from './context.ts';
import { memberRights } from './member-rights.ts';
import { personalPoint } from './objects/read.ts';
import { patchedSingleton, readSingleton, singletonId, writeSingleton } from './objects/singleton.ts';
import { autoForwardOf, settingsDefaults, settingsServerSet, settingsShape } from './types/settings.ts';
import { vacationDefaults, vacationShape } from './types/vacation.ts';

/** Addresses and language of an account's owner. */
export async function ownerOf(
  ctx: Pick<PersonalContext, 'directory' | 'language'>,
  scope: Scope,
): Promise<{
  readonly addresses: readonly string[];
  readonly displayName: string;
  readonly language: Language;
}> {
  const user = await ctx.directory.getUser(tenantScope(scope.tenantId, 'personal'), scope.accountId);
  return {
    addresses: [user.address, ...user.aliases].filter(one => one !== ''),
    displayName: user.displayName,
    language: user.language === null ? ctx.language : languageOf(user.language),
  };
}

/** The settings as JMAP shows them, without POP3 and what the company decides. */
export async function storedSettings(
  reader: Pick<AccountReader, 'accountId' | 'get' | 'all' | 'arrays'>,
  language: Language,
): Promise<JsonObject> {
  return readSingleton(reader, 'settings', settingsDefaults(language));
}

/** Where answers shall go unless an identity says otherwise (SET-03); null: to the sender. */
export async function replyToOf(ctx: PersonalContext, scope: Scope): Promise<string | null> {
  requireRead(scope);
  const settings = await ctx.mailboxes.accounts.read(scope, reader => storedSettings(reader, ctx.language));
  const replyTo = settings['replyTo'];
  return typeof replyTo === 'string' ? replyTo : null;
}

/** The Settings object of an account, with its state. */
export async function getSettings(
  ctx: PersonalContext,
  scope: Scope,
): Promise<{ readonly point: ChangePoint; readonly object: JsonObject }> {
  requireRead(scope);
  const { language } = await ownerOf(ctx, scope);
  const pop = await maildropSettings(ctx.database, scope, ctx.maildropDefaults);
  const rights = await memberRights(ctx.database, scope.tenantId);
  return ctx.mailboxes.accounts.read(scope, async reader => ({
    point: await personalPoint(reader, 'settings'),
    object: {
      id: singletonId,
      ...(await storedSettings(reader, language)),
      pop: { rangeDays: pop.rangeDays, keepDeleted: pop.keepDeleted },
      ...rights,
    },
  }));
}

/**
 * Changes settings by a PatchObject. `expected` is the state the client knows, or null. Throws a `SetError`
 * (`invalidProperties`; `forbidden` for forwarding where the company does not allow it).
 */
export async function changeSettings(ctx: PersonalContext, scope: Scope, patch: JsonObject): Promise<void> {
  requireWrite(scope);
  const { language, addresses } = await ownerOf(ctx, scope);
  const pop = await maildropSettings(ctx.database, scope, ctx.maildropDefaults);
  const rights = await memberRights(ctx.database, scope.tenantId);
  const standard = { ...settingsDefaults(language), pop: popOf(ctx.maildropDefaults) };
  const next = async (reader: Parameters<typeof storedSettings>[0]): Promise<JsonObject> => {
    const stored = await storedSettings(reader, language);
    const changed = patchedSingleton(
      { ...stored, pop: popOf(pop), ...rights },
      patch,
      standard,
      settingsShape,
      settingsServerSet,
    );
    checkForward(stored, changed, addresses, rights.mayForward);
    return changed;
  };
  const { pop: wanted } = await ctx.mailboxes.accounts.read(scope, next);
  // First the one that may fail by itself: what is written last makes the change known.
  if (JSON.stringify(wanted) !== JSON.stringify(popOf(pop))) {
    await changeMaildropSettings(ctx.database, scope, wanted as unknown as MaildropSettings);
  }
  await ctx.mailboxes.accounts.transact(scope, async tx => {
    // Read again where nobody else writes: two changes at a time must not undo each other.
    const { pop: _, ...kept } = await next(tx);
    await writeSingleton(tx, 'settings', kept);
    announce(ctx.mailboxes, tx);
  });
}

function popOf({ rangeDays, keepDeleted }: MaildropSettings): Record<string, Json> {
  return { rangeDays, keepDeleted };
}

function checkForward(
  before: JsonObject,
  after: JsonObject,
  own: readonly string[],
  mayForward: boolean,
): void {
  const { isEnabled, address } = autoForwardOf(after);
  if (!isEnabled) return;
  const same = JSON.stringify(before['autoForward']) === JSON.stringify(after['autoForward']);
  if (!mayForward && !same) throw new SetError('forbidden', 'the company does not allow forwarding');
  const isOwn = own.some(one => one.toLowerCase() === address?.toLowerCase());
  if (address === null || isOwn)
    throw invalidProperties(['autoForward'], 'needs an address of somebody else');
}

/** The VacationResponse of an account, with its state (RFC 8621 §8.1). */
export async function getVacation(
  ctx: PersonalContext,
  scope: Scope,
): Promise<{ readonly point: ChangePoint; readonly object: JsonObject }> {
  requireRead(scope);
  return ctx.mailboxes.accounts.read(scope, async reader => ({
    point: await personalPoint(reader, 'vacation'),
    object: { id: singletonId, ...(await readSingleton(reader, 'vacation', vacationDefaults)) },
  }));
}

/** Changes the VacationResponse (RFC 8621 §8.2). Throws a `SetError`. */
export async function changeVacation(ctx: PersonalContext, scope: Scope, patch: JsonObject): Promise<void> {
  requireWrite(scope);
  await ctx.mailboxes.accounts.transact(scope, async tx => {
    const current = await readSingleton(tx, 'vacation', vacationDefaults);
    const next = patchedSingleton(current, patch, vacationDefaults, vacationShape, new Set(['id']));
    await writeSingleton(tx, 'vacation', next);
    announce(ctx.mailboxes, tx);
  });
}
