import type { TestShape } from '../language/shape.ts';

/** Whether all of these mailboxes exist (RFC 5490 §3.1). */
export const mailboxexists: TestShape = {
  name: 'mailboxexists',
  requires: 'mailbox',
  rfc: '5490 §3.1',
  positional: ['strings'],
  prepare: args => async run => {
    for (const text of args.texts(0)) {
      run.step(text.at);
      if (!(await run.environment.mailboxExists(run.text(text)))) return false;
    }
    return true;
  },
};

/** Whether mailboxes with these special uses exist (RFC 8579 §4). */
export const specialUseExists: TestShape = {
  name: 'specialuse_exists',
  requires: 'special-use',
  rfc: '8579 §4',
  positional: ['string', 'strings'],
  optional: 1,
  prepare: args => async run => {
    const mailbox = args.text(0);
    for (const text of args.texts(1)) {
      run.step(text.at);
      const name = mailbox === null ? null : run.text(mailbox);
      if (!(await run.environment.specialUse(name, run.text(text)))) return false;
    }
    return true;
  },
};
