const gigabyte = 1024 ** 3;

/** Space as it stands in a field, in GB; empty: what the plan gives. */
export function capacityText(bytes: number | null): string {
  return bytes === null ? '' : `${Number((bytes / gigabyte).toPrecision(4))}`;
}

/** Bytes of what was typed in GB: null for nothing typed, undefined for what is no size. */
export function capacityBytes(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const size = Number(text);
  return size > 0 && size <= Number.MAX_SAFE_INTEGER / gigabyte ? Math.round(size * gigabyte) : undefined;
}
