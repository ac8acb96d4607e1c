import { flattenAddresses, parseAddresses } from '../../message/address.ts';
import type { Run } from '../execution/run.ts';
import type { Arguments } from '../language/arguments.ts';
import type { CommandShape } from '../language/shape.ts';
import { countMessageEdit } from '../mime/count-edit.ts';
import { type Entity, entityBytes, headerOfReplaced, textEntity, writtenEntity } from '../mime/edit.ts';
import { excerpt, SieveProblem } from '../problem.ts';

const longestList = 2_000;

/** RFC 5322 §3.4 mailbox-list, as far as we send one. */
function isMailboxList(text: string): boolean {
  if (text.length > longestList || /\p{Cc}/u.test(text)) return false;
  const mailboxes = flattenAddresses(parseAddresses(text));
  return mailboxes.length > 0 && mailboxes.every(({ local, domain }) => local !== '' && domain !== '');
}

function checkFrom(args: Arguments): void {
  const from = args.text('from');
  if (from?.kind === 'constant' && !isMailboxList(from.value))
    throw new SieveProblem('bad_address', from.at, { address: excerpt(from.value) });
}

function replaceAll(run: Run, args: Arguments, entity: Entity): void {
  const { message } = run;
  const [subject, from] = [args.text('subject'), args.text('from')].map(text => text && run.text(text));
  if (from && !isMailboxList(from)) run.fail('bad_address', args.placeOf('from'), { address: excerpt(from) });
  countMessageEdit(run, message.header.bytes.length + entity.body.length, args.at);
  const header = headerOfReplaced(message.header, entity, { subject: subject ?? null, from: from ?? null });
  message.renew(header, [entity.body]);
  if (run.part !== null) run.part = [];
}

async function replacePart(
  run: Run,
  args: Arguments,
  path: readonly number[],
  entity: Entity,
): Promise<void> {
  const { bytes, size } = await run.message.loaded();
  if (bytes.length < size) run.fail('run_message_too_large', args.at);
  countMessageEdit(run, bytes.length, args.at);
  await run.message.replacePart(path, entityBytes(entity));
}

/** Puts a text or an entity in the place of the part that the loop is at, or of all that the message holds (RFC 5703 §5). */
export const replace: CommandShape = {
  name: 'replace',
  requires: 'replace',
  rfc: '5703 §5',
  tags: {
    mime: {},
    subject: { value: 'string' },
    from: { value: 'string' },
  },
  positional: ['string'],
  prepare(args) {
    const mime = args.has('mime');
    const header = args.oneOf(['subject', 'from']);
    if (mime && header !== null)
      throw new SieveProblem('tag_conflict', args.at, { tag: header, other: 'mime' });
    checkFrom(args);
    return async run => {
      const text = run.text(args.required(0));
      const entity = mime ? writtenEntity(text) : textEntity(text);
      const path = run.part ?? [];
      if (path.length === 0) replaceAll(run, args, entity);
      else await replacePart(run, args, path, entity);
    };
  },
};
