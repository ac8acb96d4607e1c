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

/** `4,318`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** Cuts a file name in the middle and keeps its extension. */
export function shortFileName(name: string, max = 32): string {
  const characters = Array.from(name);
  if (characters.length <= max) return name;
  const dot = name.lastIndexOf('.');
  const tail = dot > 0 && name.length - dot <= 8 ? Array.from(name.slice(dot)) : [];
  const room = max - tail.length - 1;
  return `${characters.slice(0, room).join('')}…${tail.join('')}`;
}
