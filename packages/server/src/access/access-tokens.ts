import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { MailError } from '../platform/errors.ts';
import type { TenantId } from '../platform/ids.ts';
import { installation, settingOnce } from '../store/system/settings.ts';
import {
  type ApiTokenContext,
  resolveApiToken,
  resolveApiTokenById,
  type TokenHolder,
} from './api-tokens.ts';

/** How long an access token is good, ms. */
const lifeMs = 7_200_000;
const keySetting = 'access_token_key';

/** A short-lived stand-in for an API token, for interfaces that put it into addresses (`access_token=`). */
export interface AccessToken {
  readonly value: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Gives out and checks access tokens. They are sealed, not stored: the API token behind one is looked up each time. */
export class AccessTokens {
  readonly #ctx: ApiTokenContext;
  #key: Promise<Buffer> | null = null;

  constructor(ctx: ApiTokenContext) {
    this.#ctx = ctx;
  }

  /** Throws `auth.failed` unless `secret` is an API token of that tenant. */
  async open(tenantId: TenantId, secret: string, address: string): Promise<AccessToken> {
    const holder = await resolveApiToken(this.#ctx, secret, address);
    if (!holder || holder.principal.tenantId !== tenantId) throw new MailError('auth.failed');
    const expires = this.#ctx.clock.now() + lifeMs;
    const text = `${tenantId}.${holder.tokenId}.${expires}`;
    return { value: `${text}.${await this.#seal(text)}`, expiresIn: lifeMs / 1_000 };
  }

  /** Whom an access token stands for; `expired` when it was one. */
  async resolve(value: string, address: string): Promise<TokenHolder | 'expired' | null> {
    const [tenant = '', token = '', expires = '', seal = '', ...rest] = value.slice(0, 200).split('.');
    if (rest.length > 0 || ![tenant, token, expires].every(part => /^\d{1,15}$/.test(part))) return null;
    const right = Buffer.from(await this.#seal(`${tenant}.${token}.${expires}`));
    const shown = Buffer.from(seal);
    if (shown.length !== right.length || !timingSafeEqual(shown, right)) return null;
    if (Number(expires) <= this.#ctx.clock.now()) return 'expired';
    return resolveApiTokenById(this.#ctx, Number(tenant), Number(token), address);
  }

  async #seal(text: string): Promise<string> {
    this.#key ??= this.#loadKey().catch((error: unknown) => {
      this.#key = null;
      throw error;
    });
    return createHmac('sha256', await this.#key)
      .update(text)
      .digest('base64url');
  }

  async #loadKey(): Promise<Buffer> {
    const fresh = randomBytes(32).toString('base64');
    const stored = await this.#ctx.database
      .of(installation)
      .transact(tx => settingOnce(tx, installation, keySetting, fresh));
    return Buffer.from(stored, 'base64');
  }
}
