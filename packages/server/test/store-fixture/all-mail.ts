import type { Scope } from '../../src/access/scope.ts';
import { readMessage } from '../../src/mailbox/body.ts';
import { fetchRows } from '../../src/mailbox/rows.ts';
import type { UidRanges } from '../../src/mailbox/types.ts';
import { type ErrorCode, isMailError } from '../../src/platform/errors.ts';
import type { MailboxHouse } from './mailbox-fixture.ts';

export const all: UidRanges = [[1, 0xffff_ffff]];
/** Whether an error has a code. */
export const is =
  (code: ErrorCode): ((error: unknown) => boolean) =>
  (error: unknown): boolean =>
    isMailError(error, code);

/** Text of all messages of INBOX. */
export async function texts({ ctx }: MailboxHouse, scope: Scope): Promise<string[]> {
  const result: string[] = [];
  for await (const rows of fetchRows(ctx, scope, 1, all, {})) {
    for (const row of rows) result.push(Buffer.from(await readMessage(ctx, scope, row)).toString());
  }
  return result;
}
