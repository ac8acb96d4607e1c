import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { readSetting, writeSetting } from '../../store/system/settings.ts';
import { change, type DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';

/** The letter that new members find when they sign in for the first time (MBX-09). */
export interface WelcomeSettings {
  readonly on: boolean;
  /** `guide`: our own words about the mailbox; `own`: the company's. */
  readonly kind: 'guide' | 'own';
  /** Of the own letter; `{name}`, `{address}` and `{company}` stand for what they say. */
  readonly subject: string;
  readonly text: string;
}

interface StoredSettings extends WelcomeSettings {
  /** When it was switched on, ms: members from before are no new ones. */
  readonly since: number;
}

const settingName = 'welcome-letter';
const limits = { subject: 200, text: 20_000 };
const initial: StoredSettings = { on: false, kind: 'guide', subject: '', text: '', since: 0 };

export async function welcomeSettingsIn(reader: SqlReader, tenantId: TenantId): Promise<StoredSettings> {
  const stored = await readSetting(reader, tenantId, settingName);
  return stored === null ? initial : { ...initial, ...(JSON.parse(stored) as Partial<StoredSettings>) };
}

function shown({ on, kind, subject, text }: StoredSettings): WelcomeSettings {
  return { on, kind, subject, text };
}

/** Needs `company:view`. Throws `access.denied`. */
export async function welcomeSettings(ctx: DirectoryContext, scope: Scope): Promise<WelcomeSettings> {
  requireAdministration(scope, 'company', 'view');
  return shown(await welcomeSettingsIn(ctx.database.of(scope.tenantId), scope.tenantId));
}

function requireText(field: 'subject' | 'text', given: string): string {
  const text = given.normalize('NFC').replaceAll(/\r\n?/g, '\n').trim();
  const plain = field === 'text' ? text.replaceAll(/[\n\t]/g, '') : text;
  if (text.length > limits[field] || /\p{Cc}|\p{Cs}/u.test(plain)) {
    throw new MailError('input.invalid', { field, max: limits[field] });
  }
  return text;
}

/**
 * Changes what is named. Needs `company:manage`. Throws `access.denied`, `input.invalid`, also for an own letter without
 * words.
 */
export async function changeWelcomeSettings(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: Partial<WelcomeSettings>,
): Promise<WelcomeSettings> {
  requireAdministration(scope, 'company', 'manage');
  requireWholeCompany(scope);
  return change(ctx, scope.tenantId, async tx => {
    const before = await welcomeSettingsIn(tx, scope.tenantId);
    const on = wanted.on ?? before.on;
    const after: StoredSettings = {
      on,
      kind: wanted.kind ?? before.kind,
      subject: requireText('subject', wanted.subject ?? before.subject),
      text: requireText('text', wanted.text ?? before.text),
      since: on && !before.on ? ctx.clock.now() : before.since,
    };
    if (after.on && after.kind === 'own' && (after.subject === '' || after.text === '')) {
      throw new MailError('input.invalid', { field: after.subject === '' ? 'subject' : 'text' });
    }
    await writeSetting(tx, scope.tenantId, settingName, JSON.stringify(after));
    await recordOperation(tx, ctx.clock, scope, {
      action: 'welcome.settings_changed',
      targetKind: 'company',
      target: String(scope.tenantId),
      details: {
        before: { ...shown(before), text: before.text.length },
        after: { ...shown(after), text: after.text.length },
      },
    });
    return shown(after);
  });
}
