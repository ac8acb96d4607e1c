import type { Principal } from '../access/scope.ts';
import type { AccountId } from '../platform/ids.ts';

/** How a message reached us. Goes into the Received field (RFC 5321 §4.4, RFC 3848) and the trace. */
export interface Origin {
  readonly kind: 'mx' | 'submission' | 'jmap' | 'local';
  /** Who signed in; null on the MX port. */
  readonly principal: Principal | null;
  readonly peer: {
    readonly address: string;
    readonly port: number;
    /** What the client called itself in HELO/EHLO; null before. */
    readonly helo: string | null;
  };
  readonly tls: { readonly version: string; readonly cipher: string } | null;
  /** `with` keyword of RFC 3848 / 6531: SMTP, ESMTP, ESMTPS, ESMTPSA, UTF8SMTPSA, … */
  readonly protocol: string;
  /** Account whose EmailSubmission this is: it is told what becomes of the message (RFC 8621 §7). */
  readonly submittedFrom?: AccountId;
}

/** RFC 3461 parameters of MAIL FROM and RFC 8689 / 6531 / 6152 / 3030 / 4865 ones that travel with the message. */
export interface SenderOptions {
  readonly ret?: 'FULL' | 'HDRS';
  readonly envid?: string;
  readonly smtputf8?: boolean;
  readonly body?: '7BIT' | '8BITMIME' | 'BINARYMIME';
  readonly requireTls?: boolean;
  /** SIZE= of MAIL FROM, bytes (RFC 1870). */
  readonly declaredSize?: number;
  /** Not before this time, ms since the epoch (RFC 4865); until then the mail can be taken back. */
  readonly holdUntil?: number;
}

/** RFC 3461 parameters of RCPT TO. */
export interface RecipientOptions {
  readonly notify?: readonly ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[];
  readonly orcpt?: string;
}

/** What became of a message that was accepted: durable when this exists. */
export interface Accepted {
  /** Printable queue id, also the key of the trace. */
  readonly queueId: string;
}

/**
 * One message on its way in, as a two-phase conversation: sender, recipients, body, then commit or abort.
 * Each step throws a `MailError` that says why it was refused; the conversation then goes on (a refused
 * recipient does not end it). Disposing an uncommitted delivery drops everything.
 */
export interface Delivery extends AsyncDisposable {
  /** Reverse-path without angle brackets; empty for `<>`. */
  sender(reversePath: string, options: SenderOptions): Promise<void>;
  /** Forward-path without angle brackets. */
  recipient(forwardPath: string, options: RecipientOptions): Promise<void>;
  /** Body bytes, dot-unstuffed, CRLF line ends as received. Await it: that bounds memory. Throws `message.too_large` once over the limit. */
  write(chunk: Uint8Array): Promise<void>;
  /** Checks, then stores durably and queues. After it resolves the answer is 250. */
  commit(): Promise<Accepted>;
  abort(): Promise<void>;
}

/** The door of the flow room for everything that brings mail: SMTP, JMAP, the API, the command line. */
export interface MailAcceptor {
  begin(origin: Origin): Delivery;
  /** Largest message in bytes, for SIZE (RFC 1870). */
  readonly maxMessageBytes: number;
  /** Most recipients of one message, for LIMITS RCPTMAX (RFC 9422). */
  readonly maxRecipients: number;
}
