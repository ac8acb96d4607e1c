import { isMailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { addressesOfTenant } from '../../store/system/addresses.ts';
import { memberOfMobile, memberOfUserKey } from '../../store/system/people/members.ts';
import { listDomainRows } from '../../store/system/tenants.ts';
import { addressKey, requireNewAddress } from '../address.ts';
import type { DepartmentTree } from '../departments/tree.ts';
import { mobileKey, requireProfile, requireUserId } from '../profiles/profile.ts';
import { nameText } from '../profiles/search-text.ts';
import type { ImportCells, ImportField } from './columns.ts';
import type { ImportProblem, ImportProblemCode } from './problems.ts';

/** A row as it will be imported. */
export interface CheckedRow {
  readonly line: number;
  readonly cells: ImportCells;
  /** Whole address; empty when none can be made. */
  readonly address: string;
  /** The address was made from the name (DIR-07, DIR-08). */
  readonly generated: boolean;
  readonly departments: readonly (readonly string[])[];
  readonly problems: readonly ImportProblem[];
}

export interface CheckOptions {
  /** Domain of addresses that name none; the primary one when left out. */
  readonly domain?: string;
  /** Departments that are missing are made; else they are a problem. */
  readonly createDepartments: boolean;
}

/** Departments of a cell: several apart by semicolons, levels by slashes. */
export function departmentPaths(text: string): string[][] {
  return text
    .split(/[;；\n]/)
    .map(path =>
      path
        .split(/[/／]/)
        .map(name => name.trim())
        .filter(name => name !== ''),
    )
    .filter(path => path.length > 0);
}

/** The department at a path; null when there is none. */
export function departmentAt(tree: DepartmentTree, path: readonly string[]): number | null {
  let at = 0;
  for (const name of path) {
    const wanted = name.normalize('NFC').toLowerCase();
    const child = tree.childrenOf(at).find(row => row.name.toLowerCase() === wanted);
    if (!child) return null;
    at = child.id;
  }
  return at;
}

/** Gender of a cell; undefined for words that name none. */
export function genderOf(text: string): 'male' | 'female' | null | undefined {
  const word = text.toLowerCase();
  if (word === '') return null;
  if (['男', 'male', 'm', '1'].includes(word)) return 'male';
  if (['女', 'female', 'f', '2'].includes(word)) return 'female';
  return undefined;
}

/** Most numbers that are tried behind a name. */
const maxNumber = 9_999;

/** Checks rows one after the other against the company and against each other. */
class RowCheck {
  readonly #reader: SqlReader;
  readonly #tenantId: TenantId;
  readonly #tree: DepartmentTree;
  readonly #options: CheckOptions;
  readonly #domains: ReadonlySet<string>;
  readonly #home: string;
  readonly #taken: ReadonlySet<string>;
  /** Addresses that rows of the file ask for. */
  readonly #asked: ReadonlySet<string>;
  readonly #given = new Set<string>();
  readonly #mobiles = new Set<string>();
  readonly #userIds = new Set<string>();

  constructor(given: {
    readonly reader: SqlReader;
    readonly tenantId: TenantId;
    readonly tree: DepartmentTree;
    readonly options: CheckOptions;
    readonly domains: ReadonlySet<string>;
    readonly home: string;
    readonly taken: ReadonlySet<string>;
    readonly asked: ReadonlySet<string>;
  }) {
    this.#reader = given.reader;
    this.#tenantId = given.tenantId;
    this.#tree = given.tree;
    this.#options = given.options;
    this.#domains = given.domains;
    this.#home = given.home;
    this.#taken = given.taken;
    this.#asked = given.asked;
  }

  async run(line: number, cells: ImportCells): Promise<CheckedRow> {
    const problems: ImportProblem[] = [];
    const tell = (field: ImportField, code: ImportProblemCode, suggestion?: string): void => {
      problems.push({ field, code, ...(suggestion !== undefined && { suggestion }) });
    };
    if (cells.name === '') tell('name', 'name_missing');
    const { address, generated } = await this.#address(cells, tell);
    await this.#userId(cells, tell);
    await this.#mobile(cells, tell);
    this.#texts(cells, tell);
    const departments = departmentPaths(cells.departments);
    if (
      !this.#options.createDepartments &&
      departments.some(path => departmentAt(this.#tree, path) === null)
    ) {
      tell('departments', 'department_unknown');
    }
    return { line, cells, address, generated, departments, problems };
  }

  async #address(
    cells: ImportCells,
    tell: (field: ImportField, code: ImportProblemCode, suggestion?: string) => void,
  ): Promise<{ readonly address: string; readonly generated: boolean }> {
    if (cells.address === '') {
      if (cells.name === '') return { address: '', generated: false };
      const local = await this.#freeLocal(await prefixOf(cells.name), this.#home, true);
      if (local === null) tell('address', 'address_invalid');
      else this.#given.add(`${local}@${this.#home}`);
      return { address: local === null ? '' : `${local}@${this.#home}`, generated: true };
    }
    const address = cells.address.includes('@') ? cells.address : `${cells.address}@${this.#home}`;
    try {
      const parsed = requireNewAddress(address);
      const key = addressKey(parsed);
      if (!this.#domains.has(parsed.domain)) tell('address', 'domain_unknown');
      else if (this.#taken.has(key) || this.#given.has(key)) {
        const suggestion = await this.#freeLocal(parsed.localKey, parsed.domain, false);
        tell('address', this.#given.has(key) ? 'address_twice' : 'address_taken', suggestion ?? undefined);
      } else this.#given.add(key);
    } catch (error) {
      if (!isMailError(error, 'address.invalid')) throw error;
      const suggestion =
        cells.name === '' ? null : await this.#freeLocal(await prefixOf(cells.name), this.#home, false);
      tell('address', 'address_invalid', suggestion ?? undefined);
    }
    return { address, generated: false };
  }

  /** The name, or the name with the first number that is free. */
  async #freeLocal(wanted: string, domain: string, itself: boolean): Promise<string | null> {
    if (wanted === '') return null;
    const isFree = (key: string): boolean =>
      !this.#taken.has(key) && !this.#given.has(key) && !this.#asked.has(key);
    if (itself && isFree(`${wanted}@${domain}`)) return wanted;
    for (let n = 2; n <= maxNumber; n += 1) if (isFree(`${wanted}${n}@${domain}`)) return `${wanted}${n}`;
    return null;
  }

  async #userId(
    cells: ImportCells,
    tell: (field: ImportField, code: ImportProblemCode) => void,
  ): Promise<void> {
    if (cells.userId === '') return;
    try {
      const { userKey } = requireUserId(cells.userId);
      if (this.#userIds.has(userKey)) tell('userId', 'user_id_twice');
      else if ((await memberOfUserKey(this.#reader, this.#tenantId, userKey)) !== null) {
        tell('userId', 'user_id_taken');
      }
      this.#userIds.add(userKey);
    } catch (error) {
      if (!isMailError(error, 'input.invalid')) throw error;
      tell('userId', 'user_id_invalid');
    }
  }

  async #mobile(
    cells: ImportCells,
    tell: (field: ImportField, code: ImportProblemCode) => void,
  ): Promise<void> {
    try {
      const key = mobileKey(cells.mobile);
      if (key === null) return;
      if (this.#mobiles.has(key)) tell('mobile', 'mobile_twice');
      else if ((await memberOfMobile(this.#reader, this.#tenantId, key)) !== null)
        tell('mobile', 'mobile_taken');
      this.#mobiles.add(key);
    } catch (error) {
      if (!isMailError(error, 'input.invalid')) throw error;
      tell('mobile', 'mobile_invalid');
    }
  }

  #texts(cells: ImportCells, tell: (field: ImportField, code: ImportProblemCode) => void): void {
    if (genderOf(cells.gender) === undefined) tell('gender', 'gender_invalid');
    if (cells.name.length > 200) tell('name', 'text_invalid');
    for (const field of ['jobTitle', 'phone', 'employeeNumber', 'englishName'] as const) {
      try {
        requireProfile({ [field]: cells[field] });
      } catch (error) {
        if (!isMailError(error, 'input.invalid')) throw error;
        tell(field, 'text_invalid');
      }
    }
  }
}

/** A prefix made from a name: pinyin, and of other letters those that an address can have. */
export async function prefixOf(name: string): Promise<string> {
  const { sortKey } = await nameText(name);
  return sortKey
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9.-]/g, '')
    .replaceAll(/^[.-]+|[.-]+$/g, '')
    .replaceAll(/\.{2,}/g, '.')
    .slice(0, 40);
}

/** Checks the rows of a file, in their order. Throws `domain.not_found` when there is no domain for addresses. */
export async function checkRows(
  reader: SqlReader,
  tenantId: TenantId,
  tree: DepartmentTree,
  rows: readonly { readonly line: number; readonly cells: ImportCells }[],
  options: CheckOptions & { readonly home: string },
): Promise<CheckedRow[]> {
  const domains = new Set((await listDomainRows(reader, tenantId)).map(row => row.name));
  const taken = new Set(
    (await addressesOfTenant(reader, tenantId)).map(row => `${row.local_key}@${row.domain_name}`),
  );
  const asked = new Set(
    rows.flatMap(({ cells }) => {
      const { address } = cells;
      if (address === '') return [];
      return [(address.includes('@') ? address : `${address}@${options.home}`).toLowerCase()];
    }),
  );
  const check = new RowCheck({ reader, tenantId, tree, options, domains, home: options.home, taken, asked });
  const checked: CheckedRow[] = [];
  for (const { line, cells } of rows) checked.push(await check.run(line, cells));
  return checked;
}
