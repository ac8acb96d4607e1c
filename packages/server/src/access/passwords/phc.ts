/** An argon2id hash with its parameters. Memory in KiB. */
export interface Argon2Hash {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

/** What a stored hash may ask for: a forged row must not make the server take gigabytes or minutes. */
const limits = { memory: 1_048_576, passes: 64, parallelism: 16, octets: 64, text: 512 };

function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64({ omitPadding: true });
}

function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.fromBase64(text, { lastChunkHandling: 'loose' });
    return bytes.length >= 8 && bytes.length <= limits.octets ? bytes : null;
  } catch {
    return null;
  }
}

function parameter(text: string | undefined, name: string, max: number): number | null {
  if (!text?.startsWith(`${name}=`)) return null;
  const digits = text.slice(name.length + 1);
  if (!/^[1-9][0-9]{0,8}$/.test(digits)) return null;
  const value = Number(digits);
  return value <= max ? value : null;
}

/** `$argon2id$v=19$m=…,t=…,p=…$salt$tag` (PHC string format, base64 without padding). */
export function encodePhc(hash: Argon2Hash): string {
  const parameters = `m=${hash.memory},t=${hash.passes},p=${hash.parallelism}`;
  return `$argon2id$v=19$${parameters}$${toBase64(hash.salt)}$${toBase64(hash.tag)}`;
}

/** Reads what `encodePhc` writes; null for another algorithm, version or parameters out of bounds. */
export function decodePhc(text: string): Argon2Hash | null {
  if (text.length > limits.text) return null;
  const fields = text.split('$');
  if (fields.length !== 6 || fields[0] !== '' || fields[1] !== 'argon2id' || fields[2] !== 'v=19')
    return null;
  const parameters = (fields[3] ?? '').split(',');
  if (parameters.length !== 3) return null;
  const memory = parameter(parameters[0], 'm', limits.memory);
  const passes = parameter(parameters[1], 't', limits.passes);
  const parallelism = parameter(parameters[2], 'p', limits.parallelism);
  const salt = fromBase64(fields[4] ?? '');
  const tag = fromBase64(fields[5] ?? '');
  if (memory === null || passes === null || parallelism === null || !salt || !tag) return null;
  return { memory, passes, parallelism, salt, tag };
}
