import { buildMessage } from '@hongyan/formats/message/build.ts';
import { addressField, dateField, idField, plainField, textField } from '@hongyan/formats/message/fields.ts';
import type { Language } from '@hongyan/phrases/phrases.ts';
import type { DirectoryContext } from '../directory/context.ts';
import { takeWelcomeLetter, type WelcomeLetter, welcomeFailed } from '../directory/welcome/letter.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { newQueueId } from '../store/spool/queue-id.ts';
import type { FlowAcceptor } from './accept.ts';
import type { Origin } from './types.ts';

const origin: Origin = {
  kind: 'local',
  principal: { kind: 'system', reason: 'welcome letter' },
  peer: { address: '', port: 0, helo: null },
  tls: null,
  protocol: 'local',
};

/** Most accounts remembered that need no letter. */
const maxKnown = 100_000;

export interface WelcomerOptions {
  readonly directory: DirectoryContext;
  readonly acceptor: Pick<FlowAcceptor, 'beginFor'>;
  readonly hostname: string;
  readonly language: Language;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sends new members their letter when they sign in for the first time (MBX-09). */
export class Welcomer {
  readonly #options: WelcomerOptions;
  readonly #known = new Set<AccountId>();

  constructor(options: WelcomerOptions) {
    this.#options = options;
  }

  /** To be called at every sign-in; cheap after the first of an account. Never throws. */
  async signedIn(tenantId: TenantId, accountId: AccountId): Promise<void> {
    if (this.#known.has(accountId)) return;
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.add(accountId);
    const { directory, language, log } = this.#options;
    try {
      const letter = await takeWelcomeLetter(directory, tenantId, accountId, language);
      if (!letter) return;
      try {
        await this.#send(tenantId, letter);
      } catch (error) {
        this.#known.delete(accountId);
        await welcomeFailed(directory, tenantId, accountId);
        throw error;
      }
    } catch (error) {
      log.warn('flow.welcome_failed', { account: accountId, error });
    }
  }

  async #send(tenantId: TenantId, letter: WelcomeLetter): Promise<void> {
    await using delivery = this.#options.acceptor.beginFor(tenantId, origin);
    // Nobody is to hear of a letter that cannot be delivered.
    await delivery.sender('', { smtputf8: true });
    await delivery.recipient(letter.to, { notify: ['NEVER'] });
    await delivery.write(this.#build(letter));
    await delivery.commit();
  }

  #build(letter: WelcomeLetter): Uint8Array {
    const { clock, hostname } = this.#options;
    const now = clock.now();
    const at = letter.to.lastIndexOf('@');
    const to = { local: letter.to.slice(0, at), domain: letter.to.slice(at + 1), name: letter.name };
    return buildMessage(
      [
        dateField('Date', now, 0),
        addressField('From', [{ local: 'postmaster', domain: letter.domain, name: letter.company }]),
        addressField('To', [to]),
        textField('Subject', letter.subject),
        idField('Message-ID', [`${newQueueId(now)}@${hostname}`]),
        plainField('Auto-Submitted', 'auto-generated'),
      ],
      { kind: 'text', text: letter.text },
    );
  }
}
