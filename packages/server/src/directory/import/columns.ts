import type { Language } from '@hongyan/phrases/phrases.ts';
import { MailError } from '../../platform/errors.ts';
import type { SheetRow } from './files/limits.ts';

/** What a row may say of a member. */
export const importFields = [
  'name',
  'userId',
  'address',
  'mobile',
  'departments',
  'jobTitle',
  'phone',
  'employeeNumber',
  'englishName',
  'gender',
] as const;

export type ImportField = (typeof importFields)[number];

/** The cells of a row by what they say; empty where there is nothing. */
export type ImportCells = Readonly<Record<ImportField, string>>;

interface Column {
  readonly zh: string;
  readonly en: string;
  /** Other headings, compared without case, spaces and signs. */
  readonly others: readonly string[];
}

/** Headings of the template, and those of the files that people have. */
const columns: Readonly<Record<ImportField, Column>> = {
  name: { zh: '姓名', en: 'Name', others: ['名字', '成员姓名', 'fullname', 'displayname'] },
  userId: { zh: '账号', en: 'Account', others: ['帐号', 'userid', '成员账号', '成员帐号', 'username'] },
  address: {
    zh: '邮箱',
    en: 'Email',
    others: [
      '邮箱前缀',
      '邮箱地址',
      '企业邮箱',
      '电子邮箱',
      '邮箱账号',
      '邮箱帐号',
      'mail',
      'address',
      'emailaddress',
      'prefix',
    ],
  },
  mobile: {
    zh: '手机号',
    en: 'Mobile',
    others: ['手机', '手机号码', '移动电话', 'mobilephone', 'cellphone'],
  },
  departments: { zh: '部门', en: 'Department', others: ['所属部门', '所在部门', 'departments', 'dept'] },
  jobTitle: { zh: '职务', en: 'Job title', others: ['职位', '岗位', 'title', 'position'] },
  phone: { zh: '电话', en: 'Phone', others: ['座机', '固定电话', '办公电话', 'telephone', 'tel'] },
  employeeNumber: {
    zh: '工号',
    en: 'Employee number',
    others: ['员工编号', '编号', 'employeeid', 'employeeno'],
  },
  englishName: { zh: '英文名', en: 'English name', others: ['别名', 'alias', 'nickname'] },
  gender: { zh: '性别', en: 'Gender', others: ['sex'] },
};

function headingKey(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_*:().-]+/g, '')
    .replaceAll(/必填|选填|required|optional/g, '');
}

const byHeading = new Map<string, ImportField>(
  importFields.flatMap(field => {
    const { zh, en, others } = columns[field];
    return [zh, en, ...others].map(text => [headingKey(text), field] as const);
  }),
);

/** Heading of a column as people read it. */
export function headingOf(field: ImportField, language: Language): string {
  return language === 'en' ? columns[field].en : columns[field].zh;
}

/** Lines above the header that are looked over: files begin with a title now and then. */
const titleLines = 5;

/** Finds the header. Throws `import.unreadable` unless there is a column of names or addresses. */
export function findColumns(rows: readonly SheetRow[]): {
  readonly header: number;
  readonly columns: ReadonlyMap<ImportField, number>;
} {
  for (let header = 0; header < Math.min(rows.length, titleLines); header += 1) {
    const found = new Map<ImportField, number>();
    for (const [index, cell] of (rows[header]?.cells ?? []).entries()) {
      const field = byHeading.get(headingKey(cell));
      if (field !== undefined && !found.has(field)) found.set(field, index);
    }
    const known = found.has('name') || found.has('address');
    if (known && (found.size > 1 || (rows[header]?.cells.length ?? 0) === 1))
      return { header, columns: found };
  }
  throw new MailError('import.unreadable', { reason: 'no header' });
}

/** A row's cells by what they say. */
export function cellsOf(row: SheetRow, found: ReadonlyMap<ImportField, number>): ImportCells {
  const cell = (field: ImportField): string => {
    const index = found.get(field);
    return index === undefined ? '' : (row.cells[index] ?? '');
  };
  return Object.fromEntries(importFields.map(field => [field, cell(field)])) as Record<ImportField, string>;
}
