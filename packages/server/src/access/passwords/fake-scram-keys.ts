import { createHmac, randomBytes } from 'node:crypto';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { installation, settingOnce } from '../../store/system/settings.ts';
import type { ScramCredentials } from '../types.ts';
import { scramIterations, scramSaltOctets } from './scram-keys.ts';

/** What an unknown login gets: looks like an account's, and the same each time and in every process (RFC 5802 §9). */
export class FakeScramKeys {
  readonly #database: CompanyDatabase;
  #key: Promise<Uint8Array> | null = null;

  constructor(database: CompanyDatabase) {
    this.#database = database;
  }

  /** Keys that fit no password; with so many `alternatives`. `login` in comparable form. */
  async of(login: string, alternatives: number): Promise<ScramCredentials> {
    this.#key ??= this.#load().catch((error: unknown) => {
      this.#key = null;
      throw error;
    });
    const secret = await this.#key;
    const derive = (use: string): Buffer => createHmac('sha256', secret).update(`${use}\0${login}`).digest();
    const storedKey = derive('stored key');
    const serverKey = derive('server key');
    return {
      accountId: 0,
      salt: derive('salt').subarray(0, scramSaltOctets),
      iterations: scramIterations,
      storedKey,
      serverKey,
      alternatives: Array.from({ length: alternatives }, (_, n) => ({
        id: `none:${n}`,
        storedKey,
        serverKey,
      })),
    };
  }

  async #load(): Promise<Uint8Array> {
    const fresh = randomBytes(32).toString('base64');
    const text = await this.#database
      .of(installation)
      .transact(tx => settingOnce(tx, installation, 'access.fake_scram_key', fresh));
    return Buffer.from(text, 'base64');
  }
}
