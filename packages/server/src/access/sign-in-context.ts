import type { ClientPasswordContext } from './clients/client-passwords.ts';
import type { SecondFactorContext } from './second-factor/context.ts';
import type { SignInHistoryContext } from './sign-in-history.ts';

/** What members and administrators set about signing in works with this; it fits each of the contexts named here. */
export interface SignInContext extends ClientPasswordContext, SecondFactorContext, SignInHistoryContext {}
