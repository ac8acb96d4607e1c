import type { TenantId } from '../../platform/ids.ts';
import { type WideColumns, wide } from '../../store/accounts/wide-rows.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import type { SqlValue } from '../../store/sql/port.ts';
import { contains } from './fold.ts';
import { MessageText } from './message-text.ts';
import type { TextTest } from './plan.ts';
import { StoredEnvelope } from './stored-envelope.ts';

/** Which columns a test reads. */
export function columnsOf(test: TextTest): WideColumns {
  if (test.key === 'text') return { envelope: true, parts: true, body: true };
  if (test.key === 'body' || test.key === 'header') return { parts: true, body: true };
  return { envelope: true };
}

const peopleFields = ['from', 'to', 'cc', 'bcc'] as const;
const nothing = new Uint8Array(0);

function bytes(value: SqlValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : nothing;
}

/** Whether a row with the test's columns passes; `needle` is the folded value. */
export async function passes(
  blobs: BlobStore,
  tenantId: TenantId,
  row: readonly SqlValue[],
  test: TextTest,
  needle: string,
): Promise<boolean> {
  switch (test.key) {
    case 'subject':
      return contains(new StoredEnvelope(bytes(row[wide.envelope])).subject, needle);
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
      return contains(new StoredEnvelope(bytes(row[wide.envelope])).people(test.key), needle);
    default:
  }
  const text = new MessageText(blobs, tenantId, {
    prefix: bytes(row[wide.prefix]),
    hash: bytes(row[wide.blobHash]),
    size: Number(row[wide.blobSize]),
    parts: bytes(row[wide.parts]),
  });
  if (test.key === 'header') return text.headerContains(test.field, needle);
  if (test.key === 'text') {
    // In the row already; and as people see them, where the field itself may be written in another way.
    const envelope = new StoredEnvelope(bytes(row[wide.envelope]));
    if (contains(envelope.subject, needle)) return true;
    if (peopleFields.some(field => contains(envelope.people(field), needle))) return true;
    if (await text.anyHeaderContains(needle)) return true;
  }
  return text.bodyContains(needle);
}
