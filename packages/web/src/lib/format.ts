export { fileSize } from '@hongyan/phrases/file-size.ts';

/** `4,318`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** Characters before the extension that stay: versions of a file differ there. */
const keptEnd = 8;

/** Cuts a file name in the middle; what its end says, with the extension, stays. */
export function shortFileName(name: string, max = 32): string {
  const characters = Array.from(name);
  if (characters.length <= max) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 8 ? Array.from(name.slice(dot)).length : 0;
  const end = extension + Math.min(keptEnd, Math.floor((max - extension) / 3));
  return `${characters
    .slice(0, max - end - 1)
    .join('')
    .trimEnd()}…${characters.slice(-end).join('').trimStart()}`;
}
