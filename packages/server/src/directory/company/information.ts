import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import {
  companyLogo,
  companyRow,
  holdCompany,
  renameTenant,
  tenantName,
  writeInformation,
  writeLogo,
} from '../../store/system/people/company.ts';
import { change, type DirectoryContext, requireDisplayName } from '../context.ts';
import { recordOperation } from '../operations.ts';
import type { TenantPlan } from '../plans/plan.ts';
import { defaultPlan } from '../plans/templates.ts';
import { type PlanUse, planIn, planUseIn } from '../plans/tenant-plan.ts';

/** Company information (TEN-29). Texts are empty when unknown. */
export interface CompanyInformation {
  /** Full name; unique on the installation. */
  readonly name: string;
  readonly shortName: string;
  readonly industry: string;
  readonly phone: string;
  readonly website: string;
  readonly postalAddress: string;
  readonly hasLogo: boolean;
}

type Texts = Omit<CompanyInformation, 'name' | 'hasLogo'>;

const textFields = ['shortName', 'industry', 'phone', 'website', 'postalAddress'] as const;
const noTexts: Texts = { shortName: '', industry: '', phone: '', website: '', postalAddress: '' };

/** Bytes of a logo. */
export const maxLogoBytes: number = 512 * 1024;

async function informationIn(reader: SqlReader, scope: Scope): Promise<CompanyInformation> {
  const row = await companyRow(reader, scope.tenantId);
  const logo = await companyLogo(reader, scope.tenantId);
  const texts = { ...noTexts, ...(row ? (JSON.parse(row.information) as Partial<Texts>) : {}) };
  return {
    name: (await tenantName(reader, scope.tenantId)) ?? '',
    ...texts,
    hasLogo: logo?.logo_type !== null && logo?.logo_type !== undefined,
  };
}

/** Company page of the console: information, plan, members used and allowed (TEN-29). Needs `company:view`. */
export async function companyOverview(
  ctx: DirectoryContext,
  scope: Scope,
): Promise<{
  readonly information: CompanyInformation;
  readonly plan: TenantPlan;
  readonly use: PlanUse;
  readonly mailStoppedAt: number | null;
}> {
  requireAdministration(scope, 'company', 'view');
  return ctx.database.of(scope.tenantId).read(async reader => {
    const plan = await planIn(reader, scope.tenantId);
    return {
      information: await informationIn(reader, scope),
      plan,
      use: await planUseIn(reader, scope.tenantId, plan),
      mailStoppedAt: (await companyRow(reader, scope.tenantId))?.mail_stopped_at ?? null,
    };
  });
}

/**
 * Changes what is named in `wanted`. Needs `company:manage` for the whole company. Throws `input.invalid`,
 * `conflict.exists` when another company has the name.
 */
export async function updateInformation(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: Partial<Omit<CompanyInformation, 'hasLogo'>>,
): Promise<CompanyInformation> {
  requireAdministration(scope, 'company', 'manage');
  requireWholeCompany(scope);
  const name = wanted.name === undefined ? null : requireDisplayName(ctx, wanted.name);
  if (name === '') throw new MailError('input.invalid', { field: 'name' });
  return change(ctx, scope.tenantId, async tx => {
    await holdCompany(tx, scope.tenantId, defaultPlan);
    const before = await informationIn(tx, scope);
    if (name !== null && !(await renameTenant(tx, scope.tenantId, name))) {
      throw new MailError('conflict.exists', { name });
    }
    const texts = Object.fromEntries(
      textFields.map(field => [field, requireDisplayName(ctx, wanted[field] ?? before[field])]),
    );
    await writeInformation(tx, scope.tenantId, JSON.stringify(texts));
    const after = await informationIn(tx, scope);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'company.changed',
      targetKind: 'company',
      target: after.name,
      details: { before, after },
    });
    return after;
  });
}

export interface Logo {
  readonly bytes: Uint8Array;
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
}

/** Kind of a picture by its first bytes; null for what is no picture that a browser may be given. */
function pictureType(bytes: Uint8Array): Logo['mediaType'] | null {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  return null;
}

/** The logo, or null. For every member of the company. */
export async function getLogo(ctx: DirectoryContext, scope: Scope): Promise<Logo | null> {
  const row = await companyLogo(ctx.database.of(scope.tenantId), scope.tenantId);
  const mediaType = row?.logo ? pictureType(row.logo) : null;
  return row?.logo && mediaType ? { bytes: row.logo, mediaType } : null;
}

/** Sets or, with null, removes the logo: PNG, JPEG or WebP. Needs `company:manage`. Throws `input.invalid`, `limit.exceeded`. */
export async function setLogo(ctx: DirectoryContext, scope: Scope, bytes: Uint8Array | null): Promise<void> {
  requireAdministration(scope, 'company', 'manage');
  requireWholeCompany(scope);
  if (bytes && bytes.length > maxLogoBytes) {
    throw new MailError('limit.exceeded', { limit: 'logoBytes', max: maxLogoBytes });
  }
  const mediaType = bytes ? pictureType(bytes) : null;
  if (bytes && !mediaType) throw new MailError('input.invalid', { field: 'logo' });
  await change(ctx, scope.tenantId, async tx => {
    await holdCompany(tx, scope.tenantId, defaultPlan);
    await writeLogo(tx, scope.tenantId, { logo: bytes, logo_type: mediaType });
    await recordOperation(tx, ctx.clock, scope, {
      action: bytes ? 'company.logo_set' : 'company.logo_removed',
      targetKind: 'company',
      target: (await tenantName(tx, scope.tenantId)) ?? '',
    });
  });
}
