import { parsePlain } from '@hongyan/formats/sasl/plain.ts';
import { MailError } from '../../../platform/errors.ts';
import { AuthProblem } from './exchange.ts';
import type { AuthMechanism } from './mechanism.ts';

/** RFC 4616. Acting for somebody else is not possible this way. */
export const plain: AuthMechanism = {
  name: 'PLAIN',
  bindsChannel: false,
  async run({ exchange, authenticator, attempt }) {
    const message = parsePlain(await exchange.first());
    if (message === null) throw new AuthProblem('authMalformed');
    const { authorizationId, authenticationId, password } = message;
    if (authorizationId !== '' && authorizationId !== authenticationId) throw new MailError('auth.failed');
    return authenticator.password(authenticationId, password, attempt);
  },
};
