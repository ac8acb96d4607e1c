import { buildMessage, type DataPart } from '@hongyan/formats/message/build.ts';
import { addressField, dateField, idField, plainField, textField } from '@hongyan/formats/message/fields.ts';
import type { Phrases } from '@hongyan/phrases/phrases.ts';
import { isMailError } from '../../platform/errors.ts';
import { newQueueId } from '../../store/spool/queue-id.ts';
import type { SpoolMessage, SpoolRecipientId } from '../../store/spool/types.ts';
import type { FlowAcceptor } from '../accept.ts';
import type { FlowContext } from '../context.ts';
import { factsOf, senderOptionsOf } from '../queue/queued.ts';
import type { Reporter } from '../queue/settle.ts';
import { decodeSummary } from '../queue/summary-codec.ts';
import { domainOf } from '../relay/envelope.ts';
import type { Origin, RecipientOptions } from '../types.ts';
import { humanPart, reportSenderName, reportSubject } from './human-part.ts';
import { returnedPart } from './returned-part.ts';
import type { ReportEntry } from './rules.ts';
import { needsGlobalStatus, statusPart } from './status-part.ts';

/** How reports come into the flow: made here, in the server's own name. */
const origin: Origin = {
  kind: 'local',
  principal: { kind: 'system', reason: 'delivery report' },
  peer: { address: '', port: 0, helo: null },
  tls: null,
  protocol: 'local',
};

/** RFC 3461 §6.1: nobody is told about the fate of a report. */
const unreported: RecipientOptions = { notify: ['NEVER'] };

/** Writes delivery status notifications (RFC 3464) and sends them through the acceptor. */
export function createReporter(context: FlowContext, acceptor: FlowAcceptor): Reporter {
  async function send(
    message: SpoolMessage,
    to: string,
    settles: readonly SpoolRecipientId[],
    build: () => Promise<Uint8Array>,
  ): Promise<string | null> {
    await using delivery = acceptor.beginFor(message.tenantId, origin, settles);
    await delivery.sender('', { smtputf8: true });
    try {
      await delivery.recipient(to, unreported);
    } catch (error) {
      if (!isMailError(error) || error.temporary) throw error;
      context.log.warn('flow.report_undeliverable', { queueId: message.queueId, code: error.code });
      return null;
    }
    await delivery.write(await build());
    return (await delivery.commit()).queueId;
  }

  return {
    report: (message, entries, settles) =>
      send(message, message.reversePath, settles, () =>
        write(context, message, entries, message.reversePath, null),
      ),
    async tellPostmaster(message, entries) {
      const { postmaster } = context.reports;
      if (postmaster === null) return;
      // What could not be brought to the postmaster is not brought to the postmaster again.
      const others = entries.filter(
        ({ recipient }) => recipient.address !== postmaster && recipient.details.original !== postmaster,
      );
      if (others.length === 0) return;
      const sender = message.reversePath === '' ? '<>' : message.reversePath;
      const intro = (phrases: Phrases): string => phrases.say('report.undeliverable_report', { sender });
      try {
        await send(message, postmaster, [], () => write(context, message, others, postmaster, intro));
      } catch (error) {
        context.log.error('flow.postmaster_not_told', { queueId: message.queueId, error });
      }
    },
  };
}

async function write(
  context: FlowContext,
  message: SpoolMessage,
  entries: readonly ReportEntry[],
  to: string,
  intro: ((phrases: Phrases) => string) | null,
): Promise<Uint8Array> {
  const { hostname, clock, limits, blobs } = context;
  const summary = decodeSummary(message.summary);
  const options = senderOptionsOf(message);
  const now = clock.now();
  const head = {
    reportingMta: hostname,
    queueId: message.queueId,
    envid: options.envid,
    arrivedAt: message.acceptedAt,
    now,
  };
  const global = needsGlobalStatus(entries);
  const failed = entries.some(entry => entry.action === 'failed');
  // RFC 8689 §5: what had to travel encrypted is not sent back in full.
  const full = options.ret === 'FULL' && failed && options.requireTls !== true;
  const status: DataPart = {
    kind: 'data',
    mediaType: global ? 'message/global-delivery-status' : 'message/delivery-status',
    content: Buffer.from(statusPart(head, entries, global)),
    encoding: 'as-is',
  };
  const returned = await returnedPart(
    blobs,
    message,
    summary,
    { full, global: factsOf(message).utf8Header },
    { message: limits.maxReturnedBytes, header: limits.maxReturnedHeaderBytes },
  );
  const id = newQueueId(now);
  const local = to.slice(0, Math.max(0, to.length - domainOf(to).length - 1)) || to;
  const fields = [
    dateField('Date', now, 0),
    addressField('From', [{ name: reportSenderName(), local: 'postmaster', domain: hostname }]),
    addressField('To', [{ local, domain: domainOf(to) }]),
    textField('Subject', reportSubject(entries, summary.subject)),
    idField('Message-ID', [`${id}@${hostname}`]),
    ...(summary.messageId === null ? [] : [idField('References', [summary.messageId])]),
    plainField('Auto-Submitted', 'auto-replied'),
  ];
  return buildMessage(fields, {
    kind: 'multipart',
    subtype: 'report',
    parameters: [['report-type', 'delivery-status']],
    boundary: `report-${id}`,
    parts: [{ kind: 'text', text: humanPart(entries, message.queueId, intro) }, status, returned],
  });
}
