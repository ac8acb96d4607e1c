import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JmapClient } from '../client.ts';
import { destroyEmails, updateEmails } from './set-emails.ts';

const mailsAtOnce = 20;

type Args = Readonly<{ update?: Record<string, unknown>; destroy?: readonly string[] }>;

function server(refused = ''): { client: JmapClient; calls: Args[] } {
  const calls: Args[] = [];
  const one = async (_: string, args: Args): Promise<unknown> => {
    calls.push(args);
    const ids = args.destroy ?? Object.keys(args.update ?? {});
    const refusal = ids.includes(refused) ? { [refused]: { type: 'forbidden' } } : null;
    return { notUpdated: args.update ? refusal : null, notDestroyed: args.destroy ? refusal : null };
  };
  return { client: { one, limit: () => mailsAtOnce } as unknown as JmapClient, calls };
}

const many = Array.from({ length: 2 * mailsAtOnce + 1 }, (_, at) => `m${at}`);

test('more mails than one call may change go in several, each once and in order (RFC 8620 §5.3)', async () => {
  const { client, calls } = server();
  await updateEmails(
    client,
    many.map(id => [id, { 'keywords/$seen': true }]),
  );
  await destroyEmails(client, many);
  assert.deepEqual(
    calls.flatMap(({ update }) => Object.keys(update ?? {})),
    many,
  );
  assert.deepEqual(
    calls.flatMap(({ destroy }) => destroy ?? []),
    many,
  );
  assert.equal(calls.length, 6);
});

test('a refusal in one part is told, and no further part is sent', async () => {
  const { client, calls } = server(`m${mailsAtOnce}`);
  await assert.rejects(
    updateEmails(
      client,
      many.map(id => [id, {}]),
    ),
    { code: 'forbidden' },
  );
  await assert.rejects(destroyEmails(client, many), { code: 'forbidden' });
  assert.equal(calls.length, 4);
});
