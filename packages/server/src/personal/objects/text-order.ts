const collator = new Intl.Collator('zh-CN', { sensitivity: 'base', numeric: true });

/** The order in which Chinese readers look for text: without case, numbers by size. */
export function compareTexts(a: string, b: string): number {
  return collator.compare(a, b);
}
