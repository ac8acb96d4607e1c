import type { SignIn, SignInLog } from '../access/sign-in-log.ts';
import type { TraceEvent, TraceLog } from '../flow/ports.ts';
import type { Log, LogFields } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Records } from '../store/records/records.ts';
import type { TraceEntry } from '../store/records/types.ts';

/** What the flow reports about a message as the trace keeps it. */
export function toTraceEntry(event: TraceEvent): TraceEntry {
  const { diagnostic } = event;
  const remote = diagnostic?.remote ?? null;
  const reply = diagnostic?.reply ?? null;
  const tls = diagnostic?.tls ?? null;
  const words = reply ? [String(reply.code), reply.enhanced ?? '', ...reply.lines] : [];
  return {
    at: event.at,
    tenantId: event.tenantId,
    queueId: event.queueId,
    event: event.kind,
    sender: event.sender.toLowerCase(),
    ...(event.recipient !== null && { recipient: event.recipient.toLowerCase() }),
    ...(remote && {
      host: remote.address === null ? remote.host : `${remote.host} [${remote.address}]:${remote.port}`,
    }),
    ...(tls && { tls: `${tls.version} ${tls.cipher}${tls.verified ? ' verified' : ''}` }),
    ...(reply && { reply: words.filter(word => word !== '').join(' ') }),
    ...(diagnostic && {
      verdict: event.note === 'junk' ? 'junk' : diagnostic.status,
      reason: diagnostic.text,
    }),
    ...(event.note !== null && !diagnostic && { reason: event.note }),
    ...(event.messageId !== null && { messageId: event.messageId }),
    ...(event.subject !== undefined && { subject: event.subject }),
    ...(event.kind === 'accepted' && { size: event.size }),
  };
}

function lineOf({
  queueId,
  tenantId,
  sender,
  recipient,
  size,
  diagnostic,
  messageId,
}: TraceEvent): LogFields {
  return {
    queueId,
    tenantId,
    from: sender,
    ...(recipient === null ? { bytes: size } : { to: recipient }),
    ...(messageId !== null && { messageId }),
    ...(diagnostic && {
      status: diagnostic.status,
      ...(diagnostic.remote && { host: diagnostic.remote.host }),
    }),
  };
}

/** The flow's history in `records.db`. */
export function createTraceLog(records: Records): TraceLog {
  return {
    async append(events) {
      await Promise.all(events.map(event => records.trace(toTraceEntry(event))));
    },
  };
}

/**
 * A trace whose events are counted, and told to the log: `queueId` is the number that follows a message through all nodes,
 * and stands in its Received field and in the answer to who sent it.
 */
export function watchedTrace(trace: TraceLog, metrics: Metrics, log: Log): TraceLog {
  const events = metrics.counter({
    name: 'hongyan_mail_events',
    help: 'What became of mail, for each recipient: accepted, delivered, relayed, deferred, failed …',
    labels: ['event'],
  });
  const bytes = metrics.counter({
    name: 'hongyan_mail_accepted_bytes',
    help: 'Bytes of accepted mail, once for each message.',
    unit: 'bytes',
  });
  return {
    append(happened) {
      for (const event of happened) {
        events.add(1, event.kind);
        if (event.kind === 'accepted') bytes.add(event.size);
        log.info(`mail.${event.kind}`, lineOf(event));
      }
      return trace.append(happened);
    },
  };
}

const results = {
  success: 'ok',
  failed: 'auth.failed',
  limited: 'auth.too_many_attempts',
  disabled: 'account.disabled',
  'service-stopped': 'service.stopped',
  'clients-off': 'auth.clients_off',
  'client-password-required': 'auth.client_password_required',
  'second-factor-required': 'auth.second_factor_required',
  'second-factor-wrong': 'auth.second_factor_wrong',
} as const satisfies Record<SignIn['outcome'], string>;

/** A sign-in log that others can listen to. */
export interface ListenedSignIns extends SignInLog {
  /** Calls `listener` for every sign-in until the answer is disposed. It must not throw. */
  listen(listener: (entry: SignIn) => void): Disposable;
}

export function listenedSignIns(log: SignInLog): ListenedSignIns {
  const listeners = new Set<(entry: SignIn) => void>();
  return {
    record(entry) {
      log.record(entry);
      for (const listener of listeners) listener(entry);
    },
    listen(listener) {
      listeners.add(listener);
      return {
        [Symbol.dispose]() {
          listeners.delete(listener);
        },
      };
    },
  };
}

/** Sign-ins in `records.db`. A failure is logged: it must not keep anyone out. */
export function createSignInLog(records: Records, log: Log): SignInLog {
  return {
    record(entry) {
      records
        .signedIn({
          at: entry.at,
          tenantId: entry.tenantId ?? 0,
          accountId: entry.accountId,
          login: entry.login,
          service: entry.service,
          address: entry.address,
          method: entry.mechanism,
          result: results[entry.outcome],
          ...(entry.agent !== undefined && { agent: entry.agent }),
        })
        .catch((error: unknown) => log.error('access.record_failed', { error }));
    },
  };
}
