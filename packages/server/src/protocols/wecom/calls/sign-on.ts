import { issueSignOn, signOnMs } from '../../../access/programs/sign-on.ts';
import { findMember } from '../../../directory/members/find.ts';
import type { WecomCall } from '../context.ts';

/** Signing members in from a program of the company (part 2 of the catalogue). */
export const signOnCalls: readonly WecomCall[] = [
  {
    path: '/service/get_login_url',
    methods: ['GET'],
    async run(ctx, scope, input, { tokenId, origin }) {
      const member = await findMember(ctx.directory, scope, input.text('userid'));
      const ticket = await issueSignOn(ctx.signIn, scope, tokenId, member);
      return { login_url: `${origin}/auth/sign-on?ticket=${ticket}`, expires_in: signOnMs / 1_000 };
    },
  },
];
