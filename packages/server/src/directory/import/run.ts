import { activationExpiry, fileActivationLink } from '../../access/activation/links.ts';
import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { isMailError, MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import {
  addImportProgress,
  finishImportBatch,
  type ImportRowRow,
  importBatchById,
  openImportRows,
  setImportOptions,
  startImportBatch,
  writeImportRow,
} from '../../store/system/sharing/imports.ts';
import { change } from '../context.ts';
import { createDepartment } from '../departments/departments.ts';
import { type DepartmentTree, treeOf } from '../departments/tree.ts';
import { fileMember, type PreparedMember, prepareMember } from '../members/create.ts';
import { FilingMemory } from '../members/filing-memory.ts';
import { recordOperation } from '../operations.ts';
import {
  type ImportBatch,
  requireBatch,
  type StoredOptions,
  storedCells,
  storedOptions,
  toBatch,
} from './batch.ts';
import { departmentAt, genderOf } from './check-rows.ts';
import type { ImportContext } from './context.ts';
import {
  activationToken,
  firstPassword,
  firstPasswordCredentials,
  importSecretHash,
  newImportSecret,
} from './first-password.ts';
import type { ImportProblem } from './problems.ts';

/** Members that are made in one transaction. */
const chunkRows = 100;
/** After so long without a word a worker is taken for dead, ms. */
const silentMs = 60_000;

/** An import under way. */
export interface RunningImport {
  readonly batch: ImportBatch;
  /** Opens the list of first passwords; shown once and kept nowhere. */
  readonly passwordKey: string;
  /** Resolves when every row was tried; never rejects. */
  readonly finished: Promise<void>;
}

/**
 * Makes members of the rows that are in order (DIR-03), in the background; `getImport` says how far it is. An import whose
 * process died goes on where it was, and as it was begun, when it is run again. With `links` members get an activation link in
 * place of a first password (MBX-03). Needs `members:manage`. Throws `access.denied`,
 * `import.not_found`, `conflict.state` for one that runs or ran.
 */
export async function runImport(
  ctx: ImportContext,
  scope: Scope,
  id: number,
  wanted: { readonly links?: boolean } = {},
): Promise<RunningImport> {
  requireAdministration(scope, 'members', 'manage');
  const { directory } = ctx;
  const now = directory.clock.now();
  const started = await change(directory, scope.tenantId, async tx => {
    const row = await requireBatch(tx, scope, id);
    const text = row.state === 'running' && row.secret !== '' ? row.secret : newImportSecret();
    const secret = { text, hash: importSecretHash(text) };
    if (!(await startImportBatch(tx, scope.tenantId, id, secret, now, now - silentMs))) {
      throw new MailError('conflict.state', { state: row.state });
    }
    if (row.state === 'previewed') {
      const options = { ...storedOptions(row), links: wanted.links ?? false };
      await setImportOptions(tx, scope.tenantId, id, JSON.stringify(options));
    }
    return { secret: text, row: await requireBatch(tx, scope, id) };
  });
  const worker = new ImportWorker(ctx, scope, id, started.secret, storedOptions(started.row));
  const finished = worker.run().catch((error: unknown) => {
    // The import stays as it is and can be run again.
    ctx.log.error('import.failed', { id, error });
  });
  return { batch: toBatch(started.row), passwordKey: started.secret, finished };
}

interface PreparedRow {
  readonly row: ImportRowRow;
  readonly member: PreparedMember | null;
  readonly problem: ImportProblem | null;
}

class ImportWorker {
  readonly #ctx: ImportContext;
  readonly #scope: Scope;
  readonly #id: number;
  readonly #secret: string;
  readonly #options: StoredOptions;
  /** Departments by their path; null for one that cannot be made. */
  readonly #departments = new Map<string, number | null>();
  /** As it was at the first row; what others make meanwhile is found when ours collides with it. */
  #tree: DepartmentTree | null = null;

  constructor(ctx: ImportContext, scope: Scope, id: number, secret: string, options: StoredOptions) {
    this.#ctx = ctx;
    this.#scope = scope;
    this.#id = id;
    this.#secret = secret;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { directory } = this.#ctx;
    const { tenantId } = this.#scope;
    let after = 0;
    for (;;) {
      const rows = await openImportRows(
        directory.database.of(tenantId),
        tenantId,
        this.#id,
        after,
        chunkRows,
      );
      const last = rows.at(-1);
      if (!last) break;
      after = last.line;
      const prepared: PreparedRow[] = [];
      for (const row of rows) prepared.push(await this.#prepare(row));
      if (!(await this.#fileAll(prepared))) for (const one of prepared) await this.#fileOne(one);
    }
    await change(directory, tenantId, async tx => {
      if (!(await finishImportBatch(tx, tenantId, this.#id, directory.clock.now()))) return;
      const batch = await importBatchById(tx, tenantId, this.#id);
      await recordOperation(tx, directory.clock, this.#scope, {
        action: 'member.imported',
        targetKind: 'import',
        target: batch?.file_name ?? String(this.#id),
        details: { id: this.#id, created: batch?.created ?? 0, failed: batch?.failed ?? 0 },
      });
    });
  }

  async #prepare(row: ImportRowRow): Promise<PreparedRow> {
    const { cells, address, generated, departments } = storedCells(row);
    try {
      const places: number[] = [];
      for (const path of departments) {
        const place = await this.#department(path);
        if (place === null) {
          return { row, member: null, problem: { field: 'departments', code: 'department_denied' } };
        }
        if (!places.includes(place)) places.push(place);
      }
      const member = await prepareMember(this.#ctx.directory, this.#scope, {
        address,
        name: cells.name,
        ...(cells.userId !== '' && { userId: cells.userId }),
        mobile: cells.mobile,
        jobTitle: cells.jobTitle,
        phone: cells.phone,
        employeeNumber: cells.employeeNumber,
        englishName: cells.englishName,
        gender: genderOf(cells.gender) ?? null,
        departments: places,
        generatedAddress: generated,
        credentials: this.#options.links
          ? []
          : await firstPasswordCredentials(firstPassword(this.#secret, this.#id, row.line)),
      });
      return { row, member, problem: null };
    } catch (error) {
      if (!isMailError(error)) throw error;
      return { row, member: null, problem: problemOf(error) };
    }
  }

  /** The department at a path, made with those above it when it is missing; null when that is not to be. */
  async #department(path: readonly string[]): Promise<number | null> {
    const key = path.join('\n').toLowerCase();
    const known = this.#departments.get(key);
    if (known !== undefined) return known;
    const { directory } = this.#ctx;
    this.#tree ??= await treeOf(directory, this.#scope.tenantId);
    let found = departmentAt(this.#tree, path);
    if (found === null && this.#options.createDepartments) {
      const parentId = path.length > 1 ? await this.#department(path.slice(0, -1)) : 0;
      found = parentId === null ? null : await this.#make(path, parentId);
    }
    this.#departments.set(key, found);
    return found;
  }

  async #make(path: readonly string[], parentId: number): Promise<number | null> {
    const { directory } = this.#ctx;
    try {
      return (await createDepartment(directory, this.#scope, { name: path.at(-1) ?? '', parentId }))
        .departmentId;
    } catch (error) {
      if (!isMailError(error)) throw error;
      // Somebody made it meanwhile, or it is out of reach.
      this.#tree = await treeOf(directory, this.#scope.tenantId);
      return departmentAt(this.#tree, path);
    }
  }

  /** Files rows in one transaction; false, and none is filed, when one of them cannot be. */
  async #fileAll(prepared: readonly PreparedRow[]): Promise<boolean> {
    const { directory } = this.#ctx;
    const { tenantId } = this.#scope;
    try {
      await change(directory, tenantId, async tx => {
        let created = 0;
        let failed = 0;
        const written: Promise<unknown>[] = [];
        const memory = new FilingMemory(tx, tenantId);
        await memory.expect(prepared.filter(({ member }) => member !== null).length);
        for (const { row, member, problem } of prepared) {
          const accountId = member ? await fileMember(directory, tx, this.#scope, member, memory) : null;
          if (accountId === null) failed += 1;
          else created += 1;
          const problems = JSON.stringify(problem ? [problem] : []);
          // Goes along with what the next one asks for; a failure ends the transaction, whoever hears of it first.
          const writing = Promise.all([
            writeImportRow(tx, { ...row, problems, account_id: accountId }),
            accountId === null ? null : this.#link(tx, row, accountId),
          ]);
          writing.catch(() => undefined);
          written.push(writing);
        }
        await Promise.all(written);
        await addImportProgress(tx, tenantId, this.#id, { created, failed }, directory.clock.now());
      });
      return true;
    } catch (error) {
      if (isMailError(error) && !error.code.startsWith('store.')) return false;
      throw error;
    }
  }

  /** Files the activation link of a member just made, where that is how members of this import get in. */
  async #link(tx: SqlTransaction, row: ImportRowRow, accountId: AccountId): Promise<void> {
    if (!this.#options.links) return;
    const now = this.#ctx.directory.clock.now();
    const token = activationToken(this.#secret, this.#id, row.line);
    await fileActivationLink(tx, this.#scope, { accountId, token, now, expiresAt: activationExpiry(now) });
  }

  async #fileOne(prepared: PreparedRow): Promise<void> {
    const { directory } = this.#ctx;
    const { tenantId } = this.#scope;
    const { row, member } = prepared;
    let { problem } = prepared;
    if (member) {
      try {
        await change(directory, tenantId, async tx => {
          const accountId = await fileMember(directory, tx, this.#scope, member);
          await writeImportRow(tx, { ...row, problems: '[]', account_id: accountId });
          await this.#link(tx, row, accountId);
          await addImportProgress(tx, tenantId, this.#id, { created: 1, failed: 0 }, directory.clock.now());
        });
        return;
      } catch (error) {
        if (!isMailError(error) || error.code.startsWith('store.')) throw error;
        problem = problemOf(error);
      }
    }
    const problems = JSON.stringify([problem]);
    await change(directory, tenantId, async tx => {
      await writeImportRow(tx, { ...row, problems, account_id: null });
      await addImportProgress(tx, tenantId, this.#id, { created: 0, failed: 1 }, directory.clock.now());
    });
  }
}

function problemOf(error: MailError): ImportProblem {
  const { code, fields } = error;
  if (code === 'conflict.exists') {
    if (fields['mobile'] !== undefined) return { field: 'mobile', code: 'mobile_taken' };
    if (fields['userId'] !== undefined) return { field: 'userId', code: 'user_id_taken' };
    return { field: 'address', code: 'address_taken' };
  }
  if (code === 'address.invalid') return { field: 'address', code: 'address_invalid' };
  if (code === 'domain.not_found') return { field: 'address', code: 'domain_unknown' };
  if (code === 'limit.exceeded') return { field: 'name', code: 'no_seat' };
  if (code === 'access.denied') return { field: 'departments', code: 'department_denied' };
  return { field: 'name', code: 'failed' };
}
