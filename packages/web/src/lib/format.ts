export { fileSize } from '@hongyan/phrases/file-size.ts';

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
