import type { MailChange, Plan } from '../../jmap/many/bulk.ts';
import type { EmailPatch } from '../../jmap/types.ts';

interface SpecialMailboxes {
  /** Where mail waits for its time; taken out of it, mail is not sent any more. */
  readonly scheduled?: string | undefined;
  readonly drafts?: string | undefined;
}

/** What is done to mails, in a form that can be written down and read again. */
export type Step =
  | ({ readonly kind: 'file'; readonly target: string } & SpecialMailboxes)
  | { readonly kind: 'mark'; readonly wanted: Readonly<Record<string, boolean>> }
  | { readonly kind: 'apply'; readonly patches: readonly (readonly [string, EmailPatch])[] }
  | { readonly kind: 'destroy' };

/** How a step changes one mail; what is destroyed is not changed. */
export function planOf(step: Step): Plan {
  if (step.kind === 'file') return filing(step.target, step);
  if (step.kind === 'mark') return marking(step.wanted);
  return applying(new Map(step.kind === 'apply' ? step.patches : []));
}

/** Files mail in one mailbox and out of all others. Undone, mail that waited for its time is a draft. */
export function filing(target: string, { scheduled, drafts }: SpecialMailboxes): Plan {
  return mail => {
    if (target in mail.mailboxIds) return null;
    const patch: Record<string, true | null> = { [`mailboxIds/${target}`]: true };
    const undo: Record<string, true | null> = { [`mailboxIds/${target}`]: null };
    let waits = false;
    for (const id of Object.keys(mail.mailboxIds)) {
      patch[`mailboxIds/${id}`] = null;
      if (id === scheduled) waits = true;
      undo[`mailboxIds/${id === scheduled && drafts ? drafts : id}`] = true;
    }
    return { patch, undo, ...(waits ? { notSent: true } : {}) };
  };
}

/** Sets or clears keywords; what is so already is left alone. */
export function marking(wanted: Readonly<Record<string, boolean>>): Plan {
  return mail => {
    const patch: Record<string, true | null> = {};
    const undo: Record<string, true | null> = {};
    for (const [keyword, on] of Object.entries(wanted)) {
      if (keyword in mail.keywords === on) continue;
      patch[`keywords/${keyword}`] = on ? true : null;
      undo[`keywords/${keyword}`] = on ? null : true;
    }
    return Object.keys(patch).length > 0 ? { patch, undo } : null;
  };
}

/** As `plan`, for mails that still lie in a mailbox: what was moved elsewhere meanwhile stays there. */
export function within(mailboxId: string | null, plan: Plan): Plan {
  return mail => (mailboxId === null || mailboxId in mail.mailboxIds ? plan(mail) : null);
}

/** Takes changes back, or makes them again. */
export function applying(patches: ReadonlyMap<string, EmailPatch>): Plan {
  return ({ id }): MailChange | null => {
    const patch = patches.get(id);
    return patch ? { patch, undo: {} } : null;
  };
}
