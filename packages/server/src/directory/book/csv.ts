/** What spreadsheets take for the start of a formula. */
const formula = /^[=+\-@\t\r＝＋－＠]/u;

/**
 * A line of CSV (RFC 4180 §2). A cell that a spreadsheet would run as a formula starts with an apostrophe, which makes it
 * text.
 */
export function csvLine(cells: readonly string[]): string {
  const written = cells.map(cell => {
    const safe = formula.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${written.join(',')}\r\n`;
}
