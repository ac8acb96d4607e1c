/** How incoming mail is checked. Times in ms, sizes in bytes. Each key is a setting of `[screening]` (docs/operator/incoming-mail.md). */
export interface ScreeningOptions {
  readonly enabled: boolean;
  /** Whether mail from this machine itself is checked. */
  readonly loopback: boolean;
  /** Addresses and networks whose mail is not checked: own gateways and programs. */
  readonly trustedNetworks: readonly string[];
  /** How long the DNS may take for one message in all. */
  readonly deadlineMs: number;
  /** What happens when a domain asks to refuse what fails DMARC. */
  readonly dmarcReject: 'refuse' | 'junk' | 'note';
  /** What happens when a domain asks to set aside what fails DMARC. */
  readonly dmarcQuarantine: 'junk' | 'note';
  /** Domains of forwarders whose word about a message counts (RFC 8617 §5.2). */
  readonly trustedSealers: readonly string[];
  /** Domains of mailing lists whose mail is taken as it is, when it is proven to be theirs. */
  readonly trustedLists: readonly string[];
  /** Points from which a message goes to the junk folder. */
  readonly junkScore: number;
  /** DNS block lists that are asked about the client's address. */
  readonly dnsbl: readonly string[];
  /** Points for each list that names it. */
  readonly dnsblScore: number;
  /** Where clamd listens: a path or `host:port`; null for none. */
  readonly clamd: string | null;
  readonly clamdMaxBytes: number;
  readonly clamdTimeoutMs: number;
  /** Most signatures of one message that are verified, the topmost first. */
  readonly maxSignatures: number;
}

export const defaultScreeningOptions: ScreeningOptions = {
  enabled: true,
  loopback: false,
  trustedNetworks: [],
  deadlineMs: 5_000,
  dmarcReject: 'refuse',
  dmarcQuarantine: 'junk',
  trustedSealers: [],
  trustedLists: [],
  junkScore: 5,
  dnsbl: [],
  dnsblScore: 4,
  clamd: null,
  clamdMaxBytes: 25 * 1024 * 1024,
  clamdTimeoutMs: 30_000,
  maxSignatures: 8,
};
