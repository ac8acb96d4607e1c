import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { readEmails } from '../../../../mailbox/emails/contents.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import { storedEmailObject } from '../../emails/email-object.ts';
import { StoredSource } from '../../emails/message-source.ts';
import { getDefaults, isEmailProperty, readPlan } from '../../emails/plan.ts';
import { addSnoozed, snoozedProperty, usesSnooze } from '../../emails/snoozed.ts';
import type { Method } from '../../method.ts';
import { readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';

/** Octets of the messages whose bodies are fetched in one call. */
const maxOctets = 64 * 1024 * 1024;

/** Email/get (RFC 8621 §4.2). */
export const emailGet: Method = {
  name: 'Email/get',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const snooze = usesSnooze(request);
    const isKnown = (name: string): boolean => isEmailProperty(name) || (snooze && name === snoozedProperty);
    const { ids, properties } = readGet(ctx, args, isKnown);
    const plan = readPlan(args, properties ?? getDefaults);
    args.end();
    const numbers = ids?.flatMap(id => parseId('e', id) ?? []) ?? null;
    const { mailboxes, indexes, limits } = ctx;
    const found = await readEmails(mailboxes, indexes, scope, numbers, limits.maxObjectsInGet);
    if (found.tooMany) throw new MethodError('requestTooLarge');
    const list: JsonObject[] = [];
    let left = maxOctets;
    for (const content of found.emails) {
      if (plan.fetchText || plan.fetchHtml || plan.fetchAll) left -= content.size;
      if (left < 0 && list.length > 0) throw new MethodError('requestTooLarge', 'too many bodies at once');
      list.push(await storedEmailObject(content, () => new StoredSource(mailboxes, scope, content), plan));
    }
    const there = new Set(found.emails.map(content => printId('e', content.id)));
    return {
      response: {
        accountId: accountIdOf(scope),
        state: printState(found.state),
        list: properties?.includes(snoozedProperty) ? await addSnoozed(request, scope, list) : list,
        notFound: (ids ?? []).filter(id => !there.has(id)),
      },
    };
  },
};
