import { createPhrases, type Language, languageOf } from '@hongyan/phrases/phrases.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import { accountById } from '../../store/system/accounts.ts';
import { addressesOfAccount } from '../../store/system/addresses.ts';
import { tenantName } from '../../store/system/people/company.ts';
import { claimWelcome, isWelcomed, releaseWelcome } from '../../store/system/sharing/welcome.ts';
import type { DirectoryContext } from '../context.ts';
import { envelopeAddress } from '../find-address.ts';
import { displayAddress } from '../users.ts';
import { welcomeSettingsIn } from './settings.ts';

/** A letter that is due. */
export interface WelcomeLetter {
  /** Envelope address of the member. */
  readonly to: string;
  readonly name: string;
  readonly company: string;
  /** Domain of the sender's address. */
  readonly domain: string;
  readonly subject: string;
  readonly text: string;
}

/** The words of a template; what it does not know stays as it is written. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(name|address|company)\}/g, (whole, key: string) => values[key] ?? whole);
}

/**
 * The letter for a member who signs in for the first time (MBX-09), taken for sending: nobody else gets it again. Null when
 * none is due. Call `welcomeFailed` when it could not be sent.
 */
export async function takeWelcomeLetter(
  ctx: DirectoryContext,
  tenantId: TenantId,
  accountId: AccountId,
  fallback: Language,
): Promise<WelcomeLetter | null> {
  const { database } = ctx;
  const settings = await welcomeSettingsIn(database.of(tenantId), tenantId);
  if (!settings.on || (await isWelcomed(database.of(tenantId), tenantId, accountId))) return null;
  const account = await accountById(database.of(tenantId), tenantId, accountId);
  if (!account || account.kind !== 'person' || account.removed_at !== null) return null;
  if (account.created_at < settings.since) return null;
  const [primary] = await addressesOfAccount(database.of(tenantId), tenantId, accountId);
  if (!primary) return null;
  const company = (await tenantName(database.of(tenantId), tenantId)) ?? '';
  if (!(await database.of(tenantId).transact(tx => claimWelcome(tx, tenantId, accountId, ctx.clock.now()))))
    return null;
  const phrases = createPhrases(account.language === null ? fallback : languageOf(account.language));
  const values = { name: account.display_name, address: displayAddress(primary), company };
  const own = settings.kind === 'own';
  return {
    to: envelopeAddress(primary),
    name: account.display_name,
    company,
    domain: primary.domain_name,
    subject: own ? filled(settings.subject, values) : phrases.say('welcome.subject', { company }),
    text: own ? filled(settings.text, values) : phrases.say('welcome.body', values),
  };
}

/** Puts a letter back: it is due at the next sign-in. */
export async function welcomeFailed(
  ctx: DirectoryContext,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  await ctx.database.of(tenantId).transact(tx => releaseWelcome(tx, tenantId, accountId));
}
