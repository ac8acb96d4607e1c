import { createHmac, timingSafeEqual } from 'node:crypto';

/** What all authenticators know: SHA-1, six digits, 30 seconds (RFC 6238 §1.2, §4). */
export const totpStepMs = 30_000;
export const totpDigits = 6;
/** Octets of a secret: as many as the hash has (RFC 4226 §4, R6). */
export const totpSecretOctets = 20;

/** Steps before and after the present one whose codes are taken, for clocks that differ (RFC 6238 §5.2). */
const window = 1;

/** The code of one step of time (RFC 4226 §5.3). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** totpDigits;
  return String(number).padStart(totpDigits, '0');
}

/**
 * The step of time a code belongs to, null when it is wrong. Codes of `lastStep` and before count no more: each works once
 * (RFC 6238 §5.2).
 */
export function matchTotp(secret: Uint8Array, code: string, now: number, lastStep: number): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const present = Math.floor(now / totpStepMs);
  const typed = Buffer.from(code);
  let matched: number | null = null;
  for (let step = present - window; step <= present + window; step += 1) {
    if (step < 0) continue;
    const right = timingSafeEqual(Buffer.from(totpCode(secret, step)), typed);
    if (right && step > lastStep && matched === null) matched = step;
  }
  return matched;
}

/** What an authenticator reads from the QR code. `issuer` and `account` are shown by it. */
export function totpUri(secret: string, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const query = new URLSearchParams({
    secret,
    issuer,
    algorithm: 'SHA1',
    digits: String(totpDigits),
    period: String(totpStepMs / 1000),
  });
  return `otpauth://totp/${label}?${query.toString().replaceAll('+', '%20')}`;
}
