import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** Seals a small secret under a key (AES-256-GCM, RFC 5116). `context` must be the same to open it: it says what the secret is for. */
export function wrapSecret(key: Uint8Array, secret: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, sealed, cipher.getAuthTag()]);
}

/** Opens what `wrapSecret` made; null when it was changed, or made under another key or for another purpose. */
export function unwrapSecret(key: Uint8Array, wrapped: Uint8Array, context: string): Buffer | null {
  if (wrapped.length < 1 + nonceBytes + tagBytes || wrapped[0] !== version) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(1, 1 + nonceBytes));
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(wrapped.subarray(wrapped.length - tagBytes));
  try {
    return Buffer.concat([
      decipher.update(wrapped.subarray(1 + nonceBytes, wrapped.length - tagBytes)),
      decipher.final(),
    ]);
  } catch {
    return null;
  }
}
