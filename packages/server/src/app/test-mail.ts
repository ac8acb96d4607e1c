import { buildMessage } from '@hongyan/formats/message/build.ts';
import { addressField, dateField, idField, plainField, textField } from '@hongyan/formats/message/fields.ts';
import { createPhrases } from '@hongyan/phrases/phrases.ts';
import type { TestMail } from '../domains/test-mail.ts';
import { createAcceptor } from '../flow/accept.ts';
import type { Origin } from '../flow/types.ts';
import type { TenantId } from '../platform/ids.ts';
import { newQueueId } from '../store/spool/queue-id.ts';
import type { House } from './house.ts';
import { flowContext } from './mail-flow.ts';
import { serverName } from './serve/server-name.ts';

const origin: Origin = {
  kind: 'local',
  principal: { kind: 'system', reason: 'test mail' },
  peer: { address: '', port: 0, helo: null },
  tls: null,
  protocol: 'local',
};

/** Sends test mails through the house's own flow, as any mail of the company goes. */
export function testMailSender(
  house: House,
): (tenantId: TenantId, mail: TestMail) => Promise<{ readonly queueId: string }> {
  return async (tenantId, { domain, to, returnTo, language }) => {
    const hostname = await serverName(house.config, house.system);
    const acceptor = createAcceptor(await flowContext(house, hostname));
    const phrases = createPhrases(language);
    const now = house.clock.now();
    const at = to.lastIndexOf('@');
    await using delivery = acceptor.beginFor(tenantId, origin);
    await delivery.sender(returnTo ?? '', { smtputf8: true });
    await delivery.recipient(to, {});
    await delivery.write(
      buildMessage(
        [
          dateField('Date', now, 0),
          addressField('From', [{ local: 'postmaster', domain }]),
          addressField('To', [{ local: to.slice(0, at), domain: to.slice(at + 1) }]),
          textField('Subject', phrases.say('domains.test_mail.subject', { domain })),
          idField('Message-ID', [`${newQueueId(now)}@${hostname}`]),
          plainField('Auto-Submitted', 'auto-generated'),
        ],
        { kind: 'text', text: phrases.say('domains.test_mail.text', { domain }) },
      ),
    );
    // Awaited here: the delivery is disposed of when this function returns.
    return await delivery.commit();
  };
}
