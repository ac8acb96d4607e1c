import type { Command } from 'commander';
import { isMailError } from '../../../platform/errors.ts';
import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { placementText } from '../../../store/accounts/moving/moved-mark.ts';
import type { BlobHash } from '../../../store/blob-store.ts';
import { checkAccountBodies } from '../../../store/blobs/check/account-bodies.ts';
import { type BlobProblem, verifyBlobs } from '../../../store/blobs/check/verify.ts';
import { checkAccount } from '../../../store/checker/check-account.ts';
import { type SqlReader, statement } from '../../../store/sql/port.ts';
import { everyAccount } from '../../../store/system/accounts.ts';
import { exitCode } from '../../exit-codes.ts';
import type { House } from '../../house.ts';
import type { CommandContext } from '../context.ts';
import type { CommandBuilder } from '../program.ts';
import { ProgressLine } from '../progress.ts';
import { withHouse } from '../with-house.ts';

interface CheckFlags {
  readonly repair?: boolean;
  readonly deep?: boolean;
}

/** Something that is not as it must be, where, and whether it was mended. */
interface Finding {
  readonly where: string;
  readonly code: string;
  readonly detail: string;
  readonly repaired: boolean;
}

const integrity = statement({ sqlite: 'PRAGMA integrity_check', postgres: "SELECT 'ok' AS integrity_check" });
const foreignKeys = statement({
  sqlite: 'PRAGMA foreign_key_check',
  postgres: 'SELECT 1 AS "table" WHERE false',
});
/** Bodies looked up in one call. */
const bodiesAtATime = 1_000;

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}

async function checkDatabase(where: string, reader: SqlReader): Promise<Finding[]> {
  const pages = (await reader.arrays(integrity)).map(row => String(row[0])).filter(text => text !== 'ok');
  const keys = (await reader.arrays(foreignKeys)).map(row => row.join(' '));
  return [
    ...pages.map(detail => ({ where, code: 'database.damaged', detail, repaired: false })),
    ...keys.map(detail => ({ where, code: 'database.reference', detail, repaired: false })),
  ];
}

/** One account: its rows, and that the blob store has its bodies and knows that they are used. `pages`: its file, too. */
async function checkOne(
  house: House,
  tenantId: TenantId,
  accountId: AccountId,
  repair: boolean,
  pages: boolean,
): Promise<Finding[]> {
  const where = `account ${tenantId}/${accountId}`;
  const found: Finding[] = [];
  let hashes: BlobHash[] = [];
  const flush = async (): Promise<void> => {
    const batch = hashes;
    hashes = [];
    const { missing, unlinked } = await checkAccountBodies(
      house.spool.blobs,
      tenantId,
      accountId,
      batch,
      repair,
    );
    for (const hash of missing)
      found.push({ where, code: 'body.missing', detail: hex(hash), repaired: false });
    for (const hash of unlinked)
      found.push({ where, code: 'body.unlinked', detail: hex(hash), repaired: repair });
  };
  const rows = await checkAccount(
    house.accounts,
    { tenantId, accountId },
    {
      pages,
      blobExists: async hash => {
        hashes.push(hash);
        if (hashes.length >= bodiesAtATime) await flush();
        return true;
      },
    },
  );
  await flush();
  for (const { code, mailboxId, row, detail } of rows) {
    found.push({ where, code, detail: `${mailboxId ?? '-'} ${row ?? '-'} ${detail}`, repaired: false });
  }
  return found;
}

/** The account's word index: a broken one is thrown away here and made again by the server. None is nothing wrong. */
async function checkIndex(house: House, tenantId: TenantId, accountId: AccountId): Promise<Finding[]> {
  try {
    await house.search.use({ tenantId, accountId }, index => index.check());
    return [];
  } catch (error) {
    if (!isMailError(error, 'store.corrupt')) throw error;
    const where = `account ${tenantId}/${accountId}`;
    return [{ where, code: 'search.discarded', detail: error.message, repaired: true }];
  }
}

/** What costs only room is told, but is no fault: a crash may leave it, and it goes by itself. */
function isSurplus(problem: BlobProblem): boolean {
  return problem.kind === 'unreferenced' || problem.kind === 'pack without row';
}

function blobFinding(problem: BlobProblem, repair: boolean): Finding {
  const { kind, ...rest } = problem;
  const detail = Object.entries(rest)
    .map(([name, value]) => `${name}=${value instanceof Uint8Array ? hex(value) : String(value)}`)
    .join(' ');
  return {
    where: 'bodies',
    code: `body.${kind.replaceAll(' ', '_')}`,
    detail,
    // A mail in the queue stays, for somebody to look at: nothing brings its body back.
    repaired: repair && problem.kind === 'dangling' && problem.table !== 'spool_message',
  };
}

async function checkEverything(
  ctx: CommandContext,
  house: House,
  flags: CheckFlags,
): Promise<{
  readonly accounts: number;
  readonly bodies: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
  readonly surplus: readonly Finding[];
  readonly repaired: number;
}> {
  const { phrases } = ctx;
  const repair = flags.repair === true;
  using line = new ProgressLine(ctx);
  const findings: Finding[] = [
    ...(await checkDatabase('system.db', house.system.shared)),
    ...(await checkDatabase('spool.db', house.spool.database)),
    ...(await checkDatabase('records.db', house.recordsDatabase)),
  ];
  const surplus: Finding[] = [];
  let accounts = 0;
  /** Files whose pages were looked at: many accounts may share one. */
  const looked = new Set<string>();
  for (const { tenant_id: tenantId, id } of await everyAccount(house.system.look('provider'))) {
    // Made at its first use: none yet is nothing wrong.
    if (!(await house.accounts.exists({ tenantId, accountId: id }))) continue;
    const place = await house.accounts.placementOf({ tenantId, accountId: id });
    const name = place.kind === 'file' ? `${id}` : placementText(place);
    findings.push(...(await checkOne(house, tenantId, id, repair, !looked.has(name))));
    looked.add(name);
    surplus.push(...(await checkIndex(house, tenantId, id)));
    accounts += 1;
    line.update(phrases.say('command.check_accounts', { accounts }), { accounts });
  }
  const report = await verifyBlobs(house.spool.blobs, {
    deep: flags.deep === true,
    repair,
    onProgress: bodies => line.update(phrases.say('command.check_bodies', { bodies }), { bodies }),
  });
  surplus.push(...report.problems.filter(isSurplus).map(problem => blobFinding(problem, repair)));
  findings.push(
    ...report.problems.filter(problem => !isSurplus(problem)).map(problem => blobFinding(problem, repair)),
  );
  return {
    accounts,
    bodies: report.bodies,
    bytes: report.bytes,
    findings,
    surplus,
    repaired: report.repaired,
  };
}

export function addCheckCommand(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('check')
    .description(phrases.say('help.check'))
    .option('--repair', phrases.say('help.check.repair'))
    .option('--deep', phrases.say('help.check.deep'))
    .action((flags: CheckFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const result = await checkEverything(ctx, house, flags);
          const { accounts, bodies, findings } = result;
          const lines = [...findings, ...result.surplus].map(
            finding => `${finding.where}: ${finding.code} ${finding.detail}${finding.repaired ? ' ✓' : ''}`,
          );
          const summary = { accounts, bodies, findings: findings.length };
          ctx.print({ clean: findings.length === 0, ...result }, [
            ...lines,
            phrases.say(findings.length === 0 ? 'command.check_clean' : 'command.check_found', summary),
          ]);
          return findings.length > 0 ? exitCode.findings : undefined;
        }),
      ),
    );
}
