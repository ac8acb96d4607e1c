import { sheetLimits } from './limits.ts';

/** First characters that make spreadsheet programs take a cell for a formula. */
const formulaStart = /^[=+\-@\t\r]/;

/** A cell as it is worked with: without the mark of `safeCell`, control characters and outer space, at most so long. */
export function cleanCell(text: string): string {
  const marked = text.startsWith("'") && formulaStart.test(text.slice(1)) ? text.slice(1) : text;
  return marked
    .slice(0, sheetLimits.cell)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .toWellFormed()
    .normalize('NFC');
}

/** A cell of a file that we write: what could be taken for a formula begins with an apostrophe. */
export function safeCell(text: string): string {
  return formulaStart.test(text) ? `'${text}` : text;
}
