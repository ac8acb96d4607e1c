/** An import of members, from the preview to the end. */
export interface ImportBatch {
  readonly id: number;
  readonly fileName: string;
  readonly state: 'previewed' | 'running' | 'done' | 'undone';
  /** Activation links in place of first passwords. */
  readonly links: boolean;
  readonly total: number;
  readonly created: number;
  readonly failed: number;
  readonly createdBy: string;
  readonly createdAt: string;
}

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

export interface ImportRow {
  readonly line: number;
  readonly cells: Readonly<Record<ImportField, string>>;
  readonly address: string;
  readonly generated: boolean;
  readonly problems: readonly {
    readonly field: ImportField;
    readonly code: string;
    readonly suggestion?: string;
  }[];
}

/** Cells as spreadsheets put them on the clipboard, written as CSV. */
export function pastedToCsv(text: string): string {
  return text
    .split(/\r?\n/)
    .map(line =>
      line
        .split('\t')
        .map(cell => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(','),
    )
    .join('\r\n');
}

const keyPrefix = 'hongyan.import.';

/** The key of first passwords: only this window has it, and forgets it when it is closed. */
export function rememberPasswordKey(id: number, key: string): void {
  sessionStorage.setItem(`${keyPrefix}${id}`, key);
}

export function passwordKeyOf(id: number): string | null {
  return sessionStorage.getItem(`${keyPrefix}${id}`);
}
