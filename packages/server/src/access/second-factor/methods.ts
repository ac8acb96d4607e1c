import type { SqlTransaction } from '../../store/sql/port.ts';
import { putSecondFactor, type SecondFactorRow } from '../../store/system/sign-in/second-factors.ts';
import type { SecondFactorContext } from './context.ts';
import { redeemRecoveryCode } from './recovery-codes.ts';
import { openTotpSecret } from './secret.ts';
import { matchTotp } from './totp.ts';

/** A way to show the second factor. `answer` is what the browser sent for it. */
export interface SecondFactorMethod {
  /** Stable name in the API. */
  readonly name: string;
  /** Whether the answer is right; uses it up in the same transaction. */
  verify(
    ctx: SecondFactorContext,
    tx: SqlTransaction,
    factor: SecondFactorRow,
    answer: string,
  ): Promise<boolean>;
}

const totp: SecondFactorMethod = {
  name: 'totp',
  async verify(ctx, tx, factor, answer) {
    const secret = openTotpSecret(ctx, factor);
    const step = matchTotp(secret, answer.replaceAll(' ', ''), ctx.clock.now(), factor.last_step);
    if (step === null) return false;
    await putSecondFactor(tx, { ...factor, last_step: step, failures: 0 });
    return true;
  },
};

const recovery: SecondFactorMethod = {
  name: 'recovery',
  async verify(ctx, tx, factor, answer) {
    if (!(await redeemRecoveryCode(ctx, tx, factor.tenant_id, factor.account_id, answer))) return false;
    await putSecondFactor(tx, { ...factor, failures: 0 });
    return true;
  },
};

/** The ways there are, in the order they are tried and offered. A passkey, a scanned code, or single sign-on is one more. */
export const secondFactorMethods: readonly SecondFactorMethod[] = [totp, recovery];
