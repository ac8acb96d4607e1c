import type { BearerMechanism } from '@hongyan/formats/sasl/bearer.ts';
import { bearerSignIn } from '../../../access/bearer.ts';
import type { AuthMechanism } from './mechanism.ts';

function bearer(name: BearerMechanism): AuthMechanism {
  return {
    name,
    bindsChannel: false,
    takesTokens: true,
    run({ exchange, authenticator, attempt }) {
      const conversation = { first: () => exchange.first(), ask: (text: string) => exchange.ask(text) };
      return bearerSignIn(authenticator, name, conversation, attempt);
    },
  };
}

/** RFC 7628: a token that the member made for a program. */
export const oauthBearer: AuthMechanism = bearer('OAUTHBEARER');

/** The same as programs spoke it before there was an RFC. */
export const xoauth2: AuthMechanism = bearer('XOAUTH2');
