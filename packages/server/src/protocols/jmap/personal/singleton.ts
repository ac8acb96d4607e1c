import type { CapabilityUrn } from '@hongyan/formats/jmap/capabilities.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../access/scope.ts';
import type { ChangePoint } from '../../../mailbox/emails/states.ts';
import type { PersonalContext } from '../../../personal/context.ts';
import type { PersonalType } from '../../../personal/objects/kind.ts';
import { personalPoint } from '../../../personal/objects/read.ts';
import { singletonId } from '../../../personal/objects/singleton.ts';
import { accountIdOf } from '../accounts.ts';
import type { Method } from '../method.ts';
import { answerGet, readGet } from '../standard-get.ts';
import { notFound, readSet, requireState, SetOutcome } from '../standard-set.ts';
import { guarded, type PresentState } from '../state-guard.ts';
import { printState } from '../states.ts';
import { ownReadingScope, ownWritingScope } from './standard.ts';

/** A type with one object, as JMAP serves it. */
export interface ServedSingleton {
  readonly name: string;
  readonly type: PersonalType;
  readonly capability: CapabilityUrn;
  readonly properties: ReadonlySet<string>;
  readonly get: (
    ctx: PersonalContext,
    scope: Scope,
  ) => Promise<{ readonly point: ChangePoint; readonly object: JsonObject }>;
  readonly change: (ctx: PersonalContext, scope: Scope, patch: JsonObject) => Promise<void>;
}

/** `get` and `set` of a singleton: only `update` of `singleton` does something. */
export function singletonMethods(served: ServedSingleton): Method[] {
  const { name, capability } = served;
  return [
    {
      name: `${name}/get`,
      capability,
      async run(request, args) {
        const { ctx } = request;
        const scope = ownReadingScope(request, args);
        const wanted = readGet(ctx, args, served.properties);
        args.end();
        const { point, object } = await served.get(ctx.personal, scope);
        const answer = answerGet([object], wanted, ctx);
        return { response: { accountId: accountIdOf(scope), state: printState(point), ...answer } };
      },
    },
    {
      name: `${name}/set`,
      capability,
      async run(request, args) {
        const { ctx } = request;
        const scope = ownWritingScope(request, args);
        const wanted = readSet(request, args);
        args.end();
        const state = async (): Promise<string> => printState((await served.get(ctx.personal, scope)).point);
        const oldState = await state();
        requireState(wanted.ifInState, oldState);
        const outcome = new SetOutcome(ctx);
        const refuse = async (): Promise<never> => {
          throw new SetError('singleton');
        };
        for (const [key] of wanted.create) await outcome.create(request, key, refuse);
        const present: PresentState = async reader => printState(await personalPoint(reader, served.type));
        await guarded(request, scope, wanted.ifInState, present, async inState => {
          for (const [id, patch] of wanted.update) {
            await outcome.update(id, async () => {
              if (id !== singletonId) throw notFound();
              await served.change(inState.ctx.personal, scope, patch);
              return null;
            });
          }
        });
        for (const id of wanted.destroy) await outcome.destroy(id, refuse);
        return {
          response: {
            accountId: accountIdOf(scope),
            oldState,
            newState: await state(),
            ...outcome.toJSON(),
          },
        };
      },
    },
  ];
}
