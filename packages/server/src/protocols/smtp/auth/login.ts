import { isUtf8 } from 'node:buffer';
import { AuthProblem } from './exchange.ts';
import type { AuthMechanism } from './mechanism.ts';

/** Never standardised, spoken by Outlook and many devices: user name and password, one line each. */
export const login: AuthMechanism = {
  name: 'LOGIN',
  bindsChannel: false,
  async run({ exchange, authenticator, attempt }) {
    const name = exchange.hasInitial ? await exchange.first() : await exchange.ask('Username:');
    const password = await exchange.ask('Password:');
    if (
      name.length === 0 ||
      password.length === 0 ||
      name.includes(0) ||
      !isUtf8(name) ||
      !isUtf8(password)
    ) {
      throw new AuthProblem('authMalformed');
    }
    return authenticator.password(name.toString('utf8'), password.toString('utf8'), attempt);
  },
};
