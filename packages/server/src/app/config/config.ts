/** What a process of the group may do. */
export const roleNames = ['mx', 'submission', 'imap', 'pop3', 'sieve', 'web', 'worker'] as const;
export type Role = (typeof roleNames)[number];

export const tlsModes = [
  'none',
  'opportunistic',
  'required',
  'verified',
  'implicit',
  'implicit-verified',
] as const;

/** A server that mail is handed to. What each key means stands in `schema.ts`. */
export interface NextHop {
  readonly host: string;
  readonly port: number;
  readonly tls: (typeof tlsModes)[number];
  readonly username: string | null;
  readonly password: string | null;
  readonly passwordFile: string | null;
}

export interface Route extends NextHop {
  readonly domain: string;
}

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A PostgreSQL database that accounts can be moved to. */
export interface AccountDatabase {
  readonly name: string;
  readonly url: string;
  readonly passwordFile: string | null;
}

/** A port; false turns the service off, 0 lets the system choose. */
export type ServicePort = number | false;

/** Targets of the records of one edition (DOM-14). */
export interface EditionHosts {
  readonly template: string;
  readonly mailExchangers: readonly string[];
  readonly serviceHost: string;
  readonly spfInclude: string | null;
}

/**
 * The configuration as the program has it: complete, checked, frozen. Sizes are bytes, times ms. What each key means,
 * its default and its limits stand in `schema.ts`, which describes this type.
 */
export interface Config {
  readonly data: string;
  readonly hostname: string | null;
  readonly store: {
    readonly url: string | null;
    readonly passwordFile: string | null;
    readonly schema: string;
    readonly connections: number;
    readonly accountsPerFile: number;
    readonly blobs: string | null;
    readonly databases: readonly AccountDatabase[];
    readonly objects: {
      readonly url: string | null;
      readonly region: string;
      readonly bucket: string;
      readonly prefix: string;
      readonly pathStyle: boolean;
      readonly accessKey: string | null;
      readonly secretKeyFile: string | null;
      readonly trustedCa: string | null;
      readonly timeout: number;
      readonly connections: number;
      readonly packAfter: number;
      readonly mergeRate: number;
      readonly mostWaiting: number;
      readonly cache: number;
    };
  };
  readonly node: { readonly name: string | null };
  readonly monitoring: {
    readonly host: string;
    readonly port: ServicePort;
    readonly tokenFile: string | null;
  };
  readonly language: 'auto' | 'zh-CN' | 'en';
  readonly processes: number;
  readonly roles: readonly Role[];
  readonly portOffset: number;
  readonly drainTimeout: number;
  readonly drainDelay: number;
  readonly listen: {
    readonly hosts: readonly string[];
    readonly smtp: ServicePort;
    readonly submission: ServicePort;
    readonly submissions: ServicePort;
    readonly imap: ServicePort;
    readonly imaps: ServicePort;
    readonly pop3: ServicePort;
    readonly pop3s: ServicePort;
    readonly sieve: ServicePort;
    readonly web: ServicePort;
    readonly https: ServicePort;
    readonly http: ServicePort;
    readonly proxiesTrusted: readonly string[];
  };
  readonly tls: { readonly certificates: readonly CertificateFiles[] };
  readonly acme: {
    readonly enabled: boolean;
    readonly directory: string;
    readonly agreeTerms: boolean;
    readonly contact: string | null;
    readonly names: readonly string[];
    readonly eabKeyId: string | null;
    readonly eabKeyFile: string | null;
    readonly trustedCa: string | null;
  };
  readonly domains: {
    readonly watch: boolean;
    readonly template: 'basic' | 'pro' | 'standard';
    readonly mailExchangers: readonly string[];
    readonly serviceHost: string | null;
    readonly backupHost: string | null;
    readonly spfInclude: string | null;
    readonly editions: readonly EditionHosts[];
    readonly mtaSts: 'none' | 'testing' | 'enforce';
    readonly mtaStsMaxAge: number;
    readonly trialSuffix: string | null;
    readonly probeDomain: string;
    readonly registrar: string | null;
    readonly publicPorts: {
      readonly imaps: number;
      readonly imap: number;
      readonly submissions: number;
      readonly submission: number;
      readonly pop3s: number;
      readonly sieve: number;
      readonly https: number;
    };
  };
  readonly limits: {
    readonly maxMessageSize: number;
    readonly maxRecipients: number;
    readonly connections: number;
    readonly connectionsPerAddress: number;
  };
  readonly access: {
    readonly passwordMinLength: number;
    readonly allowPlainLoopback: boolean;
    readonly hashMemory: number;
    readonly hashPasses: number;
    readonly hashesAtATime: number;
    readonly verificationCache: number;
  };
  readonly pop3: {
    readonly rangeDays: number;
    readonly keepDeleted: boolean;
  };
  readonly dns: { readonly servers: readonly string[]; readonly timeout: number };
  readonly screening: {
    readonly enabled: boolean;
    readonly loopback: boolean;
    readonly trustedNetworks: readonly string[];
    readonly deadline: number;
    readonly dmarcReject: 'refuse' | 'junk' | 'note';
    readonly dmarcQuarantine: 'junk' | 'note';
    readonly trustedSealers: readonly string[];
    readonly trustedLists: readonly string[];
    readonly junkScore: number;
    readonly dnsbl: readonly string[];
    readonly dnsblScore: number;
    readonly clamd: string | null;
    readonly clamdMaxSize: number;
    readonly clamdTimeout: number;
  };
  readonly relay: {
    readonly port: number;
    readonly smartHost: NextHop | null;
    readonly routes: readonly Route[];
    readonly families: 'both' | 'ipv4' | 'ipv6';
    readonly sourceIpv4: string | null;
    readonly sourceIpv6: string | null;
    readonly allowPrivateTargets: boolean;
    readonly trustedCa: string | null;
    readonly connectionsPerDestination: number;
    readonly connectTimeout: number;
  };
  readonly queue: {
    readonly expireAfter: number;
    readonly expireNotificationAfter: number;
    readonly delayNoticeAfter: number;
    readonly retry: readonly number[];
    readonly fullMailbox: 'retry' | 'return';
    readonly localConcurrency: number;
    readonly relayConcurrency: number;
  };
  readonly records: {
    readonly keepTrace: number;
    readonly keepSignIns: number;
    readonly keepOperations: number;
  };
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly format: 'auto' | 'json' | 'text';
    readonly file: string | null;
  };
}
