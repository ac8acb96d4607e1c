/** Tags of ASN.1 DER (ITU-T X.690) that certificates need. */
const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** A value with its tag and length in the shortest form (X.690 §10.1). */
export function tagged(tagOctet: number, content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tagOctet, length), content]);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Buffer.concat([Buffer.of(tagOctet, 0x80 | octets.length, ...octets), content]);
}

export function sequence(...items: readonly Uint8Array[]): Buffer {
  return tagged(tag.sequence, Buffer.concat(items));
}

export function set(...items: readonly Uint8Array[]): Buffer {
  return tagged(tag.set, Buffer.concat(items));
}

/** A non-negative integer from its big-endian octets: no needless zeros, one where the sign bit would be set (§8.3). */
export function integer(magnitude: Uint8Array): Buffer {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start += 1;
  const trimmed = magnitude.subarray(start);
  const negative = ((trimmed[0] ?? 0) & 0x80) !== 0;
  return tagged(tag.integer, negative ? Buffer.concat([Buffer.of(0), trimmed]) : trimmed);
}

export function boolean(value: boolean): Buffer {
  return tagged(tag.boolean, Buffer.of(value ? 0xff : 0));
}

/** An object identifier such as `2.5.4.3` (§8.19). */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const septets = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      septets.unshift(0x80 | (left % 128));
    }
    octets.push(...septets);
  }
  return tagged(tag.objectIdentifier, Buffer.from(octets));
}

export function utf8String(text: string): Buffer {
  return tagged(tag.utf8String, Buffer.from(text, 'utf8'));
}

export function octetString(content: Uint8Array): Buffer {
  return tagged(tag.octetString, content);
}

/** A bit string of whole octets. */
export function bitString(content: Uint8Array): Buffer {
  return tagged(tag.bitString, Buffer.concat([Buffer.of(0), content]));
}

/** A context-specific constructed value, `[n] EXPLICIT`. */
export function explicit(number: number, content: Uint8Array): Buffer {
  return tagged(0xa0 | number, content);
}

/** A context-specific primitive value, `[n] IMPLICIT`. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return tagged(0x80 | number, content);
}

/** A time as RFC 5280 §4.1.2.5 wants it: UTCTime until 2049, GeneralizedTime after. */
export function time(ms: number): Buffer {
  const date = new Date(ms);
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`;
  return date.getUTCFullYear() < 2050
    ? tagged(tag.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : tagged(tag.generalizedTime, Buffer.from(digits, 'latin1'));
}
