import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import { isMailError } from '../../../../platform/errors.ts';
import { checkScript } from '../../../../sieve/scripts.ts';
import { accountIdOf } from '../../accounts.ts';
import { toSetError } from '../../errors.ts';
import type { Method } from '../../method.ts';
import { ownReadingScope } from '../../personal/standard.ts';
import { readScriptBlob, refusalOf } from '../../sieve/script-object.ts';

/** SieveScript/validate (RFC 9661 §2.5). */
export const sieveScriptValidate: Method = {
  name: 'SieveScript/validate',
  capability: Capability.Sieve,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const blobId = args.requiredId('blobId');
    args.end();
    const answer = (
      error: SetError | null,
    ): { response: { accountId: string; error: ReturnType<SetError['toJSON']> | null } } => ({
      response: { accountId: accountIdOf(scope), error: error === null ? null : error.toJSON() },
    });
    try {
      const checked = checkScript(ctx.scripts, await readScriptBlob(ctx, scope, blobId));
      return answer(checked.kind === 'done' ? null : await refusalOf(ctx, scope, checked));
    } catch (error) {
      if (error instanceof SetError || isMailError(error, 'message.too_large')) {
        return answer(toSetError(error, ctx.log));
      }
      throw error;
    }
  },
};
