import { accountOptions, setAccountOptions } from '../../../access/clients/options.ts';
import { type ClientStanding, needsClientPassword } from '../../../access/clients/standing.ts';
import type { Scope } from '../../../access/scope.ts';
import { findMember } from '../../../directory/members/find.ts';
import type { WecomCall, WecomContext } from '../context.ts';
import { WecomError } from '../errors.ts';
import type { Input } from '../input.ts';

/** Numbers of options: 1 safe sign-in forced, 2 IMAP and SMTP, 3 POP and SMTP, 4 safe sign-in on. */
const types = [1, 2, 3, 4] as const;
type OptionType = (typeof types)[number];

function isType(value: number): value is OptionType {
  return (types as readonly number[]).includes(value);
}

/** 2 and 3 are one switch here: mail clients. */
function valueOf(standing: ClientStanding, type: OptionType): '0' | '1' {
  const clients = standing.allowed && standing.enabled;
  const on = type === 1 ? standing.safeSignInForced : type === 4 ? needsClientPassword(standing) : clients;
  return on ? '1' : '0';
}

async function read(
  ctx: WecomContext,
  scope: Scope,
  input: Input,
): Promise<{ readonly type: number; readonly value: string }[]> {
  const wanted = input.integers('type') ?? [];
  if (wanted.length === 0 || !wanted.every(isType)) throw new WecomError('badParameter', 'invalid type');
  const { accountId } = await findMember(ctx.directory, scope, input.text('userid'));
  const standing = await accountOptions(ctx.signIn, scope, accountId);
  return wanted.filter(isType).map(type => ({ type, value: valueOf(standing, type) }));
}

function wantedOf(entries: readonly Input[]): { clients?: boolean; forceSafeSignIn?: boolean } {
  const wanted: { clients?: boolean; forceSafeSignIn?: boolean } = {};
  for (const entry of entries) {
    const type = entry.integer('type');
    const value = entry.text('value');
    // 4 is the member's own (as in the original).
    if (!isType(type) || type === 4) throw new WecomError('badParameter', 'invalid type');
    if (value !== '0' && value !== '1') throw new WecomError('badParameter', 'invalid value');
    const on = value === '1';
    if (type === 1) wanted.forceSafeSignIn = on;
    else if (wanted.clients !== undefined && wanted.clients !== on) {
      throw new WecomError('badParameter', 'types 2 and 3 are one switch');
    } else wanted.clients = on;
  }
  return wanted;
}

async function write(
  ctx: WecomContext,
  scope: Scope,
  input: Input,
  entries: readonly Input[],
): Promise<void> {
  if (entries.length === 0) throw new WecomError('badParameter', 'invalid option');
  const wanted = wantedOf(entries);
  const { accountId } = await findMember(ctx.directory, scope, input.text('userid'));
  await setAccountOptions(ctx.signIn, scope, accountId, wanted);
}

/** Options of a member (1.5 and part 2 of the catalogue): the same in two shapes. */
export const optionCalls: readonly WecomCall[] = [
  {
    path: '/exmail/useroption/get',
    methods: ['POST'],
    run: async (ctx, scope, input) => ({ option: { list: await read(ctx, scope, input) } }),
  },
  {
    path: '/exmail/useroption/update',
    methods: ['POST'],
    async run(ctx, scope, input) {
      await write(ctx, scope, input, input.inner('option').objects('list') ?? []);
      return undefined;
    },
  },
  {
    path: '/useroption/get',
    methods: ['POST'],
    run: async (ctx, scope, input) => ({ option: await read(ctx, scope, input) }),
  },
  {
    path: '/useroption/update',
    methods: ['POST'],
    done: 'updated',
    async run(ctx, scope, input) {
      await write(ctx, scope, input, input.objects('option') ?? []);
      return undefined;
    },
  },
];
