/**
 * Prepares a login or password for comparison (RFC 4013, as the OpaqueString and UsernameCasePreserved profiles
 * of RFC 8265 have since simplified it): other spaces become U+0020, characters mapped to nothing go, NFKC.
 * Null when it then holds a control, private-use, unassigned or other character that is prohibited, or is empty.
 */
export function saslprep(text: string): string | null {
  if (isPlainAscii(text)) return text === '' ? null : text;
  if (!text.isWellFormed()) return null;
  const prepared = text
    .replace(/\p{Zs}/gu, ' ')
    .replace(
      /\u{34f}|[\u{ad}\u{1806}\u{180b}-\u{180d}\u{200b}-\u{200d}\u{2060}\u{feff}]|[\u{fe00}-\u{fe0f}]/gu,
      '',
    )
    .normalize('NFKC');
  const prohibited =
    /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u0340\u0341\u200e\u200f\u202a-\u202e\u2ff0-\u2ffb\ufff9-\ufffd]/u;
  return prepared === '' || prohibited.test(prepared) ? null : prepared;
}

function isPlainAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}
