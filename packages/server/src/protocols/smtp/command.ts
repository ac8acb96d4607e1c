import type { SmtpSession } from './session.ts';

/**
 * What must be so before a command runs, checked in this order. `hello`: EHLO or HELO was said. `esmtp`: EHLO was
 * said. `idle`: no mail transaction. `transaction`: MAIL was accepted and no chunk was sent.
 */
export type Requirement = 'hello' | 'esmtp' | 'idle' | 'transaction';

/** One verb. To add a verb: one file, one line in the registry, one conversation test. */
export interface SmtpCommand {
  /** Upper case. */
  readonly verb: string;
  /** Where it is defined. */
  readonly rfc: string;
  readonly argument: 'none' | 'optional' | 'required';
  readonly needs: readonly Requirement[];
  /** Whether bytes above 127 may come; what they mean is then up to the command. */
  readonly eightBit?: boolean;
  /** Answers with exactly one reply. May throw what `errorReply` knows. */
  readonly run: (session: SmtpSession, argument: Buffer) => void | Promise<void>;
}
