/** Character classes of RFC 9051 §9, one bit each. */
export const CharClass = { Atom: 1, Astring: 2, List: 4, Tag: 8, Digit: 16 } as const;

/** Class bits by octet. Octets from 128 on belong to no class. */
export const charClasses: Uint8Array = buildClasses();

function buildClasses(): Uint8Array {
  const table = new Uint8Array(256);
  for (let octet = 0x21; octet < 0x7f; octet++) {
    const char = String.fromCharCode(octet);
    let bits = 0;
    if (!'(){%*"\\]'.includes(char))
      bits |= CharClass.Atom | CharClass.Astring | CharClass.List | CharClass.Tag;
    if (char === ']') bits |= CharClass.Astring | CharClass.List | CharClass.Tag;
    if (char === '%' || char === '*') bits |= CharClass.List;
    if (char === '+') bits &= ~CharClass.Tag;
    if (octet >= 0x30 && octet <= 0x39) bits |= CharClass.Digit;
    table[octet] = bits;
  }
  return table;
}
