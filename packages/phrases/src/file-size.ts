/** Bytes for people: KB, MB, GB by 1,024, one decimal where it tells something. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 || (unit === 0 && value >= 10) ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
