import { checkKeys, matchingOf, matchingTags, matchValues } from '../execution/matching.ts';
import type { Run } from '../execution/run.ts';
import type { TestShape } from '../language/shape.ts';
import type { Text } from '../language/text.ts';

async function valueOf(run: Run, mailbox: Text | null, entry: Text): Promise<string | null> {
  run.step(entry.at);
  const name = mailbox === null ? null : run.text(mailbox);
  return (await run.environment.metadata?.(name, run.text(entry).toLowerCase())) ?? null;
}

async function allExist(run: Run, mailbox: Text | null, entries: readonly Text[]): Promise<boolean> {
  for (const entry of entries) if ((await valueOf(run, mailbox, entry)) === null) return false;
  return true;
}

/** Compares an annotation of a folder (RFC 5490 §3.3). */
export const metadata: TestShape = {
  name: 'metadata',
  requires: 'mboxmetadata',
  rfc: '5490 §3.3',
  tags: matchingTags,
  positional: ['string', 'string', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(2));
    return async run => {
      const value = await valueOf(run, args.required(0), args.required(1));
      return value !== null && matchValues(run, matching, [value], args.texts(2));
    };
  },
};

/** Whether a folder has all of these annotations (RFC 5490 §3.4). */
export const metadataexists: TestShape = {
  name: 'metadataexists',
  requires: 'mboxmetadata',
  rfc: '5490 §3.4',
  positional: ['string', 'strings'],
  prepare: args => run => allExist(run, args.required(0), args.texts(1)),
};

/** Compares an annotation of the server (RFC 5490 §4.1). */
export const servermetadata: TestShape = {
  name: 'servermetadata',
  requires: 'servermetadata',
  rfc: '5490 §4.1',
  tags: matchingTags,
  positional: ['string', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    return async run => {
      const value = await valueOf(run, null, args.required(0));
      return value !== null && matchValues(run, matching, [value], args.texts(1));
    };
  },
};

/** Whether the server has all of these annotations (RFC 5490 §4.2). */
export const servermetadataexists: TestShape = {
  name: 'servermetadataexists',
  requires: 'servermetadata',
  rfc: '5490 §4.2',
  positional: ['strings'],
  prepare: args => run => allExist(run, null, args.texts(0)),
};
