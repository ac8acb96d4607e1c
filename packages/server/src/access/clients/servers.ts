/** One line of what a mail client is set up with (CLI-06). */
export interface ClientServer {
  readonly service: 'imap' | 'pop3' | 'smtp' | 'sieve';
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte. */
  readonly security: 'tls' | 'starttls';
  /** The one to choose where there are several of a service. */
  readonly recommended: boolean;
}
