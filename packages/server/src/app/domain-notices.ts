import { randomUUID } from 'node:crypto';
import {
  addressField,
  contentField,
  dateField,
  idField,
  plainField,
  textField,
} from '@hongyan/formats/message/fields.ts';
import { createPhrases, languageOf } from '@hongyan/phrases/phrases.ts';
import { tenantScope } from '../access/scope.ts';
import type { Directory } from '../directory/directory.ts';
import type { DomainNotice } from '../domains/context.ts';
import type { FlowAcceptor } from '../flow/accept.ts';
import type { Origin } from '../flow/types.ts';
import type { Clock } from '../platform/clock.ts';
import type { TenantId } from '../platform/ids.ts';

const origin: Origin = {
  kind: 'local',
  principal: { kind: 'system', reason: 'domain notice' },
  peer: { address: '', port: 0, helo: null },
  tls: null,
  protocol: 'local',
};

export interface NoticeContext {
  readonly directory: Directory;
  readonly acceptor: FlowAcceptor;
  readonly clock: Clock;
  readonly hostname: string;
  /** Of those who chose no language. */
  readonly language: string;
}

/** Lines of the base64 body (RFC 2045 §6.8). */
function base64Lines(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('base64')
    .replaceAll(/(.{76})/g, '$1\r\n');
}

/** Mails a notice to the administrators of a tenant who can sign in, each in their language. */
export async function sendDomainNotice(
  ctx: NoticeContext,
  tenantId: TenantId,
  notice: DomainNotice,
): Promise<void> {
  const users = await ctx.directory.listUsers(tenantScope(tenantId, 'domain notice'));
  for (const user of users) {
    if (user.role !== 'administrator' || user.disabled || user.address === '') continue;
    const phrases = createPhrases(languageOf(user.language ?? ctx.language));
    const { kind, ...values } = notice;
    const subject = phrases.find(`notice.${kind}.subject`, values) ?? kind;
    const body = phrases.find(`notice.${kind}.text`, values) ?? '';
    const at = user.address.lastIndexOf('@');
    const to = { local: user.address.slice(0, at), domain: user.address.slice(at + 1) };
    const fields = [
      dateField('Date', ctx.clock.now(), 0),
      addressField('From', [{ local: 'postmaster', domain: to.domain }]),
      addressField('To', [to]),
      textField('Subject', subject),
      idField('Message-ID', [`${randomUUID()}@${ctx.hostname}`]),
      plainField('Auto-Submitted', 'auto-generated'),
      plainField('MIME-Version', '1.0'),
      contentField('Content-Type', 'text/plain', [['charset', 'utf-8']]),
      plainField('Content-Transfer-Encoding', 'base64'),
    ];
    await using delivery = ctx.acceptor.beginFor(tenantId, origin);
    await delivery.sender('', { smtputf8: true });
    await delivery.recipient(user.address, { notify: ['NEVER'] });
    await delivery.write(Buffer.from(`${fields.join('')}\r\n${base64Lines(`${body}\n`)}\r\n`, 'utf8'));
    await delivery.commit();
  }
}
