/** Most characters of a tag list that are read: far more than the largest key needs. */
export const maxTagListLength: number = 16 * 1024;

/**
 * The tags of a signature or of a key record (RFC 6376 §3.2): values without the white space around them. Null for what
 * is no tag list: a name twice, a part without `=`, too long.
 */
export function parseTagList(text: string): ReadonlyMap<string, string> | null {
  if (text.length > maxTagListLength) return null;
  const tags = new Map<string, string>();
  const specs = text.split(';');
  if (specs.at(-1)?.trim() === '') specs.pop();
  for (const spec of specs) {
    const equals = spec.indexOf('=');
    const name = equals < 0 ? '' : spec.slice(0, equals).trim();
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || tags.has(name)) return null;
    tags.set(name, spec.slice(equals + 1).trim());
  }
  return tags.size === 0 ? null : tags;
}

/** A value without any white space: base64 and lists may be folded anywhere (RFC 6376 §2.8, §3.5). */
export function withoutSpace(value: string): string {
  return value.replaceAll(/[ \t\r\n]/g, '');
}
