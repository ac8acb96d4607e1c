import { Buffer } from 'node:buffer';
import { checkHeaderNames, splitAddress } from '../execution/headers.ts';
import type { Run } from '../execution/run.ts';
import type { CommandShape } from '../language/shape.ts';
import { countMessageEdit } from '../mime/count-edit.ts';
import { enclosing } from '../mime/edit.ts';

/** A boundary that neither the header nor what is loaded of the body holds. */
function boundaryFor(run: Run, texts: readonly Uint8Array[]): string {
  const base = `=_enclosed_${run.environment.now.toString(36)}_${run.message.size.toString(36)}`;
  let boundary = base;
  for (
    let n = 1;
    texts.some(text => Buffer.from(text.buffer, text.byteOffset, text.length).includes(boundary));
    n++
  )
    boundary = `${base}_${n}`;
  return boundary;
}

/** Makes the message an attachment of a new one with a text (RFC 5703 §6). What was sent on is not concerned. */
export const enclose: CommandShape = {
  name: 'enclose',
  requires: 'enclose',
  rfc: '5703 §6',
  tags: { subject: { value: 'string' }, headers: { value: 'strings' } },
  positional: ['string'],
  prepare(args) {
    checkHeaderNames(args.texts('headers'));
    return async run => {
      const { message, environment } = run;
      const subject = args.text('subject');
      const text = run.text(args.required(0));
      const { bytes } = await message.loaded();
      const { header } = message;
      countMessageEdit(run, bytes.length + header.bytes.length + text.length, args.at);
      const [local, domain] = splitAddress(environment.owner?.address ?? environment.envelope.to);
      const name = environment.owner?.name ?? '';
      const outer = enclosing(header, {
        subject: subject === null ? null : run.text(subject),
        headers: run.texts(args.texts('headers')).map(each => each.toLowerCase()),
        text,
        owner: { local, domain, ...(name !== '' && { name }) },
        now: environment.now,
        zone: environment.zone,
        boundary: boundaryFor(run, [header.bytes, bytes, Buffer.from(text)]),
      });
      const inner = Buffer.concat([outer.before, message.headerLines, Buffer.from('\r\n')]);
      message.enclose(outer.header, [inner, ...(await message.bodyPieces()), outer.after]);
      if (run.part !== null) run.part = [];
    };
  },
};
