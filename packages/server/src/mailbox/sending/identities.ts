import type { Scope } from '../../access/scope.ts';
import type { Directory } from '../../directory/directory.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountReader, AccountTransaction } from '../../store/accounts/account-transaction.ts';
import {
  type IdentityRow,
  identityRows,
  putIdentity,
  removeIdentity,
} from '../../store/accounts/emails/identity-rows.ts';
import { objectState, vanishObject } from '../../store/accounts/emails/object-rows.ts';
import { announce, type MailboxContext, requireRead, requireWrite } from '../context.ts';
import type { EmailAddress } from '../emails/envelope.ts';
import type { ChangePoint } from '../emails/states.ts';
import { objectPoint } from './objects.ts';

/** Who a member can be when writing (RFC 8621 §6). */
export interface Identity {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly replyTo: readonly EmailAddress[] | null;
  readonly bcc: readonly EmailAddress[] | null;
  readonly textSignature: string;
  readonly htmlSignature: string;
  /** The first identity of an address stays while the address does. */
  readonly mayDelete: boolean;
}

export type IdentityText = Pick<Identity, 'name' | 'replyTo' | 'bcc' | 'textSignature' | 'htmlSignature'>;

/** What identities ask of the directory. */
export type AuthorDirectory = Pick<Directory, 'getUser' | 'accessOf'>;

/** Identities of one account. */
const maxIdentities = 100;

const keyOf = (address: string): string => address.toLowerCase();

function print(list: readonly EmailAddress[] | null): string | null {
  return list === null ? null : JSON.stringify(list);
}

function toIdentities(rows: readonly IdentityRow[]): Identity[] {
  const first = new Set<string>();
  return rows.map(row => {
    const key = keyOf(row.address);
    const mayDelete = first.has(key);
    first.add(key);
    return {
      id: row.id,
      email: row.address,
      name: row.name,
      replyTo: row.reply_to === null ? null : (JSON.parse(row.reply_to) as EmailAddress[]),
      bcc: row.bcc === null ? null : (JSON.parse(row.bcc) as EmailAddress[]),
      textSignature: row.text_signature,
      htmlSignature: row.html_signature,
      mayDelete,
    };
  });
}

/** The addresses an account may write from (CMP-12), each with the name that goes with it. */
interface Author {
  readonly address: string;
  readonly displayName: string;
  /** A group is written from by its representative in person, not by whoever may use the representative's account. */
  readonly group: boolean;
}

async function authorsOf(directory: AuthorDirectory, scope: Scope): Promise<Author[]> {
  const user = await directory.getUser(scope, scope.accountId);
  const { groups } = await directory.accessOf(scope.tenantId, scope.accountId);
  const own = [user.address, ...user.aliases].filter(address => address !== '');
  return [
    ...own.map(address => ({ address, displayName: user.displayName, group: false })),
    ...groups.map(({ address, displayName }) => ({ address, displayName, group: true })),
  ];
}

/**
 * Who the principal can be when writing from the account: one identity for each of its addresses and for each group
 * that they represent, and what was added. Those of addresses that were lost are gone; without the right to send there
 * is none (CMP-12).
 */
export async function listIdentities(
  ctx: MailboxContext,
  directory: AuthorDirectory,
  scope: Scope,
): Promise<{ readonly state: ChangePoint; readonly list: Identity[] }> {
  requireRead(scope);
  const authors = await authorsOf(directory, scope);
  const { principal } = scope;
  const inPerson = principal.kind === 'system' || principal.accountId === scope.accountId;
  const hidden = new Set(
    authors.filter(author => author.group && !inPerson).map(author => keyOf(author.address)),
  );
  const read = async (reader: AccountReader): Promise<IdentityRow[]> => identityRows(reader);
  const rows = await ctx.accounts.read(scope, read);
  if (!inStep(rows, authors)) await bringIntoStep(ctx, scope, authors);
  return ctx.accounts.read(scope, async reader => ({
    state: await objectPoint(reader, 'i'),
    list: scope.rights.send
      ? toIdentities(await identityRows(reader)).filter(({ email }) => !hidden.has(keyOf(email)))
      : [],
  }));
}

function inStep(rows: readonly IdentityRow[], authors: readonly Author[]): boolean {
  const have = new Set(rows.map(row => keyOf(row.address)));
  const want = new Set(authors.map(({ address }) => keyOf(address)));
  return have.size === want.size && [...want].every(key => have.has(key));
}

async function bringIntoStep(ctx: MailboxContext, scope: Scope, authors: readonly Author[]): Promise<void> {
  await ctx.accounts.transact(scope, async tx => {
    const rows = await identityRows(tx);
    const have = new Set(rows.map(row => keyOf(row.address)));
    const want = new Set(authors.map(({ address }) => keyOf(address)));
    for (const row of rows) if (!want.has(keyOf(row.address))) await destroyIn(tx, row.id);
    for (const { address, displayName } of authors) {
      if (have.has(keyOf(address))) continue;
      const { next } = await objectState(tx, 'i');
      await putIdentity(tx, {
        id: next,
        address,
        name: displayName,
        reply_to: null,
        bcc: null,
        text_signature: '',
        html_signature: '',
      });
    }
    announce(ctx, tx);
  });
}

async function destroyIn(tx: AccountTransaction, id: number): Promise<void> {
  await removeIdentity(tx, id);
  await vanishObject(tx, 'i', id);
}

/** Adds an identity; the caller has checked that the address is the account's. Throws `limit.exceeded`. */
export async function addIdentity(
  ctx: MailboxContext,
  scope: Scope,
  email: string,
  text: IdentityText,
): Promise<number> {
  requireWrite(scope);
  return ctx.accounts.transact(scope, async tx => {
    if ((await identityRows(tx)).length >= maxIdentities) {
      throw new MailError('quota.exceeded', { limit: 'identities' });
    }
    const { next } = await objectState(tx, 'i');
    await putIdentity(tx, rowOf(next, email, text));
    announce(ctx, tx);
    return next;
  });
}

function rowOf(id: number, address: string, text: IdentityText): IdentityRow {
  return {
    id,
    address,
    name: text.name,
    reply_to: print(text.replyTo),
    bcc: print(text.bcc),
    text_signature: text.textSignature,
    html_signature: text.htmlSignature,
  };
}

/** Changes an identity. Throws `message.not_found`. */
export async function changeIdentity(
  ctx: MailboxContext,
  scope: Scope,
  id: number,
  change: Partial<IdentityText>,
): Promise<void> {
  requireWrite(scope);
  await ctx.accounts.transact(scope, async tx => {
    const current = toIdentities(await identityRows(tx)).find(item => item.id === id);
    if (!current) throw new MailError('message.not_found', { identity: id });
    await putIdentity(tx, rowOf(id, current.email, { ...current, ...change }));
    announce(ctx, tx);
  });
}

/** Removes an identity. Throws `message.not_found`, `access.denied` for the first of an address. */
export async function destroyIdentity(ctx: MailboxContext, scope: Scope, id: number): Promise<void> {
  requireWrite(scope);
  await ctx.accounts.transact(scope, async tx => {
    const current = toIdentities(await identityRows(tx)).find(item => item.id === id);
    if (!current) throw new MailError('message.not_found', { identity: id });
    if (!current.mayDelete) throw new MailError('access.denied', { need: 'another identity' });
    await destroyIn(tx, id);
    announce(ctx, tx);
  });
}
