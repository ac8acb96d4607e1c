/** Named limits of spreadsheets that are read. */
export const sheetLimits: {
  /** Octets of the file. */
  readonly fileOctets: number;
  /** Octets of one part of a workbook when inflated, and entries in its archive: against zip bombs. */
  readonly partOctets: number;
  readonly entries: 2000;
  /** Rows below the header, and columns that are looked at. */
  readonly rows: 10000;
  readonly columns: 60;
  /** Characters of a cell. */
  readonly cell: 1000;
  /** Distinct texts of a workbook, and how deep its XML may nest. */
  readonly sharedTexts: 700000;
  readonly depth: 40;
} = {
  /** Octets of the file. */
  fileOctets: 10 * 1024 * 1024,
  /** Octets of one part of a workbook when inflated, and entries in its archive: against zip bombs. */
  partOctets: 64 * 1024 * 1024,
  entries: 2_000,
  /** Rows below the header, and columns that are looked at. */
  rows: 10_000,
  columns: 60,
  /** Characters of a cell. */
  cell: 1_000,
  /** Distinct texts of a workbook, and how deep its XML may nest. */
  sharedTexts: 700_000,
  depth: 40,
} as const;

/** A sheet as rows of cells, text as people see it; rows without any text are left out. */
export type Sheet = readonly SheetRow[];

export interface SheetRow {
  /** Number of the line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}
