import type { DmarcResult } from '@hongyan/formats/auth/dmarc/evaluate.ts';
import type { Author } from './checks/author.ts';
import type { Client, ReverseName, SpfVerdict } from './checks/client.ts';
import type { SignatureVerdicts } from './checks/signatures.ts';
import type { ClamdVerdict } from './virus/clamd.ts';
import type { TestStrings } from './virus/test-strings.ts';

/** Everything that was found out about one message. */
export interface Findings {
  readonly client: Client;
  readonly spf: SpfVerdict;
  readonly reverse: ReverseName;
  /** Block lists that name the client. */
  readonly listed: readonly string[];
  readonly signatures: SignatureVerdicts;
  readonly author: Author;
  /** Null when there is no single author to check. */
  readonly dmarc: DmarcResult | null;
  /** Whether the author's domain is one of ours. */
  readonly authorIsOurs: boolean;
  readonly test: TestStrings;
  /** Null when there is no scanner. */
  readonly scanner: ClamdVerdict | null;
}
