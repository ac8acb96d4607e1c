import type { Scope } from '../../access/scope.ts';
import { domainToKey } from '../../directory/address.ts';
import { requireDomains } from '../../directory/domain-state/access.ts';
import { requireFiledDomain } from '../../directory/domain-state/gate.ts';
import { recordOperation } from '../../directory/operations.ts';
import { planIn, requireIncluded } from '../../directory/plans/tenant-plan.ts';
import type { Clock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { TlsCertificate } from '../../platform/net/tls.ts';
import { unwrapSecret, wrapSecret } from '../../platform/secrets/wrap.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import {
  type CertificateRow,
  certificateRows,
  deleteCertificate,
  everyCertificate,
  insertCertificate,
} from '../../store/system/domains/certificate-rows.ts';
import { nextId } from '../../store/system/sequences.ts';
import { installation, readSetting, writeSetting } from '../../store/system/settings.ts';
import { listDomainRows } from '../../store/system/tenants.ts';
import { type CheckedPair, checkPair } from './pair.ts';

export interface CertificateContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** Key under which private keys are sealed. */
  readonly wrapping: Buffer;
}

/** A certificate as administrators see it: without its key. Times are ms since the epoch. */
export interface Certificate {
  readonly id: number;
  readonly source: 'acme' | 'uploaded';
  readonly names: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  readonly createdAt: number;
}

const versionSetting = 'certificates.version';

function toCertificate(row: CertificateRow): Certificate {
  return {
    id: row.id,
    source: row.source,
    names: JSON.parse(row.names) as string[],
    notBefore: row.not_before,
    notAfter: row.not_after,
    createdAt: row.created_at,
  };
}

function contextOf(row: Pick<CertificateRow, 'tenant_id' | 'id'>): string {
  return `certificate ${row.tenant_id} ${row.id}`;
}

/** Number that rises with every change of the certificates; processes compare it. */
export async function certificatesVersion(ctx: CertificateContext): Promise<string> {
  return (await readSetting(ctx.database.of(installation), installation, versionSetting)) ?? '0';
}

async function raiseVersion(tx: SqlTransaction): Promise<void> {
  const before = Number((await readSetting(tx, installation, versionSetting)) ?? 0);
  await writeSetting(tx, installation, versionSetting, String(before + 1));
}

/** Files a checked certificate; its key is sealed. */
export async function fileCertificate(
  ctx: CertificateContext,
  tx: SqlTransaction,
  tenantId: TenantId,
  source: 'acme' | 'uploaded',
  pair: CheckedPair,
): Promise<Certificate> {
  const id = await nextId(tx, 'certificate');
  const key = Buffer.from(pair.key.export({ type: 'pkcs8', format: 'pem' }), 'latin1');
  const row: CertificateRow = {
    tenant_id: tenantId,
    id,
    source,
    names: JSON.stringify(pair.names),
    chain: pair.chain,
    wrapped: wrapSecret(ctx.wrapping, key, contextOf({ tenant_id: tenantId, id })),
    not_before: pair.notBefore,
    not_after: pair.notAfter,
    created_at: ctx.clock.now(),
  };
  await insertCertificate(tx, row);
  await raiseVersion(tx);
  return toCertificate(row);
}

/** All certificates that are valid now, uploaded ones first, as handshakes use them. One that cannot be opened is left out. */
export async function usableCertificates(ctx: CertificateContext): Promise<TlsCertificate[]> {
  const now = ctx.clock.now();
  const usable: TlsCertificate[] = [];
  for (const row of await everyCertificate(ctx.database.look('provider'))) {
    if (row.not_after <= now) continue;
    const key = unwrapSecret(ctx.wrapping, row.wrapped, contextOf(row));
    if (key) usable.push({ cert: row.chain, key });
    else ctx.log.error('certificates.key_unreadable', { id: row.id });
  }
  return usable;
}

/**
 * Uploads a certificate (SEC-11). Every name in it has to lie in one of the tenant's domains: nobody may answer for
 * another company's names. Throws the errors of `checkPair`, `domain.not_filed`, `plan.not_included`, and `certificate.names` for a name of somebody else.
 */
export async function uploadCertificate(
  ctx: CertificateContext,
  scope: Scope,
  chainPem: string,
  keyPem: string,
  host: string | null = null,
): Promise<Certificate> {
  requireDomains(scope, 'manage');
  const wanted = host === null ? null : (domainToKey(host) ?? host);
  const pair = checkPair(chainPem, keyPem, ctx.clock.now(), wanted);
  return ctx.database.of(scope.tenantId).transact(async tx => {
    requireIncluded(await planIn(tx, scope.tenantId), 'ownDomainHttps');
    const rows = await listDomainRows(tx, scope.tenantId);
    const domains = rows.map(({ name }) => name);
    for (const name of pair.names) {
      const bare = name.startsWith('*.') ? name.slice(2) : name;
      const ours = rows.find(domain => bare === domain.name || bare.endsWith(`.${domain.name}`));
      if (!ours)
        throw new MailError('certificate.names', { name: domains.join(', ').slice(0, 300), found: name });
      await requireFiledDomain(tx, ours);
    }
    const filed = await fileCertificate(ctx, tx, scope.tenantId, 'uploaded', pair);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'certificate.uploaded',
      targetKind: 'certificate',
      target: pair.names.join(', ').slice(0, 300),
    });
    return filed;
  });
}

/** The tenant's own certificates, oldest first. */
export async function listCertificates(ctx: CertificateContext, scope: Scope): Promise<Certificate[]> {
  requireDomains(scope, 'view');
  return (await certificateRows(ctx.database.of(scope.tenantId), scope.tenantId)).map(toCertificate);
}

/** Certificates of the installation itself: made by ACME. For the server and the command line. */
export async function listHostCertificates(ctx: CertificateContext): Promise<Certificate[]> {
  return (await certificateRows(ctx.database.of(installation), installation)).map(toCertificate);
}

/** Throws `certificate.not_found`. */
export async function removeCertificate(ctx: CertificateContext, scope: Scope, id: number): Promise<void> {
  requireDomains(scope, 'manage');
  await ctx.database.of(scope.tenantId).transact(async tx => {
    const row = (await certificateRows(tx, scope.tenantId)).find(one => one.id === id);
    if (!row || !(await deleteCertificate(tx, scope.tenantId, id))) {
      throw new MailError('certificate.not_found', { id });
    }
    await raiseVersion(tx);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'certificate.removed',
      targetKind: 'certificate',
      target: (JSON.parse(row.names) as string[]).join(', ').slice(0, 300),
    });
  });
}
