import type { CapabilityUrn } from '@hongyan/formats/jmap/capabilities.ts';
import { invalidArgument } from '@hongyan/formats/jmap/method-error.ts';
import type { PersonalType } from '../../../personal/objects/kind.ts';
import { personalChanges } from '../../../personal/objects/read.ts';
import { singletonId } from '../../../personal/objects/singleton.ts';
import { accountIdOf } from '../accounts.ts';
import type { Method } from '../method.ts';
import { tellable } from '../standard-changes.ts';
import { parseState, printState } from '../states.ts';
import { ownReadingScope } from './standard.ts';

/** `X/changes` of a singleton: it was there from the start, so it can only be updated. */
export function singletonChangesMethod(name: string, capability: CapabilityUrn, type: PersonalType): Method {
  return {
    name: `${name}/changes`,
    capability,
    async run(request, args) {
      const scope = ownReadingScope(request, args);
      const sinceState = args.requiredString('sinceState');
      if (args.unsigned('maxChanges') === 0) throw invalidArgument('maxChanges', 'at least 1');
      args.end();
      const since = parseState(sinceState);
      const changes = await tellable(
        request.ctx.mailboxes.accounts.read(scope, reader => personalChanges(reader, type, since, 1)),
      );
      const moved = changes.created.length + changes.updated.length > 0;
      return {
        response: {
          accountId: accountIdOf(scope),
          oldState: sinceState,
          newState: printState(changes.to),
          hasMoreChanges: false,
          created: [],
          updated: moved ? [singletonId] : [],
          destroyed: [],
        },
      };
    },
  };
}
