import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { MailError } from '../../platform/errors.ts';
import { unwrapSecret, wrapSecret } from '../../platform/secrets/wrap.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { installation, settingOnce } from '../../store/system/settings.ts';

/** The key by which push services know this installation (RFC 8292 §2). */
export interface VapidKey {
  readonly privateKey: KeyObject;
  /** Uncompressed point, base64url. */
  readonly publicKey: string;
}

const purpose = 'vapid';

/** The installation's key, made on its first use. Throws `store.corrupt`. */
export async function vapidKey(database: CompanyDatabase, wrapKey: Uint8Array): Promise<VapidKey> {
  const { privateKey: fresh } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const wrapped = wrapSecret(wrapKey, fresh.export({ format: 'der', type: 'pkcs8' }), purpose);
  const stored = await database
    .of(installation)
    .transact(tx => settingOnce(tx, installation, 'push.vapid_key', wrapped.toString('base64')));
  const der = unwrapSecret(wrapKey, Buffer.from(stored, 'base64'), purpose);
  if (!der) throw new MailError('store.corrupt', { setting: 'push.vapid_key' });
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { privateKey, publicKey: point.toString('base64url') };
}
