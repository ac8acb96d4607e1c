import { buildMessage } from '@hongyan/formats/message/build.ts';
import { addressField, dateField, idField, plainField, textField } from '@hongyan/formats/message/fields.ts';
import { createPhrases, languageOf } from '@hongyan/phrases/phrases.ts';
import type { ActivationMail } from '../../access/activation/links.ts';
import { createAcceptor } from '../../flow/accept.ts';
import type { Origin } from '../../flow/types.ts';
import { newQueueId } from '../../store/spool/queue-id.ts';
import type { House } from '../house.ts';
import { flowContext } from '../mail-flow.ts';
import { serverName } from './server-name.ts';

const origin: Origin = {
  kind: 'local',
  principal: { kind: 'system', reason: 'activation link' },
  peer: { address: '', port: 0, helo: null },
  tls: null,
  protocol: 'local',
};

/** Mails activation links to members' other addresses through the house's own flow (MBX-03). */
export function activationMailer(house: House): (mail: ActivationMail) => Promise<void> {
  return async ({ tenantId, to, address, company, purpose, link, expiresAt, language }) => {
    const hostname = await serverName(house.config, house.system);
    const acceptor = createAcceptor(await flowContext(house, hostname));
    const phrases = createPhrases(languageOf(language));
    const now = house.clock.now();
    const at = to.lastIndexOf('@');
    const until = `${new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const values = { company, address, link, until };
    await using delivery = acceptor.beginFor(tenantId, origin);
    await delivery.sender('', { smtputf8: true });
    await delivery.recipient(to, { notify: ['NEVER'] });
    await delivery.write(
      buildMessage(
        [
          dateField('Date', now, 0),
          addressField('From', [
            { local: 'postmaster', domain: address.slice(address.lastIndexOf('@') + 1), name: company },
          ]),
          addressField('To', [{ local: to.slice(0, at), domain: to.slice(at + 1) }]),
          textField('Subject', phrases.say(`activation.${purpose}.subject`, values)),
          idField('Message-ID', [`${newQueueId(now)}@${hostname}`]),
          plainField('Auto-Submitted', 'auto-generated'),
        ],
        { kind: 'text', text: phrases.say(`activation.${purpose}.text`, values) },
      ),
    );
    await delivery.commit();
  };
}
