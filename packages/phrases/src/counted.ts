/** A number with what it counts, in English: `1 mail`, `2 mails`. `many` where another letter than an s makes it so. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
