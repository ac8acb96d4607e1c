import { templateNames } from '../../domains/records/plan.ts';
import { defaultFlowLimits } from '../../flow/limits.ts';
import { defaultRelayLimits } from '../../flow/relay/options.ts';
import { defaultMaildropSettings, mostRangeDays } from '../../mailbox/maildrop/settings.ts';
import {
  type AccountDatabase,
  type CertificateFiles,
  type Config,
  type EditionHosts,
  type NextHop,
  type Route,
  roleNames,
} from './config.ts';
import { nextHop } from './next-hop.ts';
import { objectsSection } from './objects-section.ts';
import { screeningSection } from './screening-section.ts';
import {
  boolean,
  choice,
  choices,
  duration,
  durations,
  integer,
  optionalPath,
  optionalTable,
  optionalText,
  path,
  port,
  required,
  type Schema,
  type SchemaFor,
  section,
  size,
  tables,
  text,
  texts,
} from './setting.ts';

const second = 1_000;
const day = 86_400_000;
const mebi = 1024 ** 2;
const gibi = 1024 ** 3;

/**
 * Every setting there is. The loader, the reference page and the example file are made from this object.
 * Keys are written in snake case in TOML.
 */
export const configSchema: SchemaFor<Config> & Schema = {
  data: path('./data', {
    doc: 'Directory of everything that is stored. `HONGYAN_DATA` goes before it.',
    example: '"/var/lib/hongyan"',
  }),
  hostname: optionalText({
    doc: 'Name by which this server greets others. Left out: the primary domain of the first company.',
    example: '"mail.example.com"',
  }),
  language: choice(['auto', 'zh-CN', 'en'], 'auto', {
    doc: 'Language of what the server prints and of notices to people who chose none. `auto`: by `LANG`.',
  }),
  processes: integer(0, 0, 256, {
    doc: 'Processes of the group; 0: one for each processor. `--processes` goes before it.',
    example: '4',
  }),
  roles: choices(roleNames, roleNames, {
    doc: 'What this node does. `mx`: mail from other servers; `worker`: delivers what was accepted. `--roles` goes before it.',
    example: '["mx", "submission", "worker"]',
  }),
  portOffset: integer(0, 0, 50_000, {
    doc: 'Added to every port that is not 0, so that two servers can run side by side. `HONGYAN_PORT_OFFSET` goes before it.',
    example: '1000',
  }),
  drainTimeout: duration(8 * second, 0, 600 * second, {
    doc: 'How long sessions may finish after the server was told to stop.',
  }),
  drainDelay: duration(0, 0, 600 * second, {
    doc: 'How long the server goes on accepting connections after it was told to stop, while `/readyz` says 503 already, so that a load balancer can look away first.',
    example: '"5 s"',
  }),
  node: section('This machine among several on one PostgreSQL database.', {
    name: optionalText({
      doc: 'Name that no other node has: letters, digits, dots and hyphens. Left out: the name of the machine.',
      example: '"mail-1"',
    }),
  }),
  monitoring: section('Health and metrics on a port of their own, without TLS.', {
    host: text('127.0.0.1', { doc: 'Address to listen on.', example: '"10.0.0.5"' }),
    port: port(false, {
      doc: 'Port of `/healthz`, `/readyz` and `/metrics`; `false` turns it off.',
      example: '9464',
    }),
    tokenFile: optionalPath({
      doc: 'File whose first line has to be sent for `/metrics`: `Authorization: Bearer …`. Needed where `host` is not a loopback address.',
      example: '"/etc/hongyan/metrics.token"',
    }),
  }),
  store: section('Where rows are: SQLite files in the data directory, or a PostgreSQL server.', {
    url: optionalText({
      doc: 'PostgreSQL database for all rows; bodies stay in the data directory. Left out: SQLite files.',
      example: '"postgres://hongyan@db.example.net/hongyan?sslmode=verify-full"',
    }),
    passwordFile: optionalPath({
      doc: 'File whose first line is the password, which keeps it out of the URL.',
      example: '"/etc/hongyan/postgres.password"',
    }),
    schema: text('hongyan', {
      doc: 'What the names of the schemas begin with. Two installations in one database need two.',
      example: '"hongyan"',
    }),
    connections: integer(20, 10, 1_000, {
      doc: 'Most connections to the database, per process. `processes` times this must stay below its `max_connections`.',
    }),
    accountsPerFile: integer(64, 1, 1_000, {
      doc: 'How many new accounts of a company share one SQLite file; 1: each has a file of its own. Accounts that are there stay where they are; `hongyan move-account` moves them. Without effect on a PostgreSQL server.',
    }),
    blobs: optionalPath({
      doc: 'Directory of the bodies, for nodes that share one. Left out: `blobs` in the data directory.',
      example: '"/srv/hongyan/blobs"',
    }),
    databases: tables<AccountDatabase>(
      {
        name: required(text('', { doc: 'Name, as in `--to postgres:NAME`.', example: '"second"' })),
        url: required(
          text('', { doc: 'As `store.url`.', example: '"postgres://hongyan@db2.example.net/hongyan"' }),
        ),
        passwordFile: optionalPath({
          doc: 'File whose first line is the password.',
          example: '"/etc/hongyan/postgres2.password"',
        }),
      },
      {
        doc: 'PostgreSQL databases that accounts can be moved to with `hongyan move-account`.',
        example: '{ name = "second", url = "postgres://hongyan@db2.example.net/hongyan" }',
      },
    ),
    objects: objectsSection,
  }),
  listen: section('Where the services listen. A port of `false` turns the service off.', {
    hosts: texts(['127.0.0.1', '::1'], {
      doc: 'Addresses to listen on. One that this machine does not have is left out unless it is the only one.',
      example: '["0.0.0.0", "::"]',
    }),
    smtp: port(2525, { doc: 'Mail from other servers. Use 25 for real.', example: '25' }),
    submission: port(2587, { doc: 'Mail from programs, STARTTLS. Usually 587.', example: '587' }),
    submissions: port(2465, { doc: 'Mail from programs, TLS (RFC 8314). Usually 465.', example: '465' }),
    imap: port(2143, { doc: 'IMAP, STARTTLS. Usually 143.', example: '143' }),
    imaps: port(2993, { doc: 'IMAP, TLS. Usually 993.', example: '993' }),
    pop3: port(2110, { doc: 'POP3, STLS. Usually 110.', example: '110' }),
    pop3s: port(2995, { doc: 'POP3, TLS. Usually 995.', example: '995' }),
    sieve: port(4190, { doc: 'ManageSieve, STARTTLS: filter scripts of programs.', example: '4190' }),
    web: port(8080, { doc: 'Web, without TLS: put a proxy in front.', example: '8080' }),
    https: port(false, { doc: 'Web with TLS. Use 443 where no proxy stands in front.', example: '443' }),
    http: port(false, {
      doc: 'Plain HTTP: answers the certificate authority and sends everybody else to HTTPS. Use 80.',
      example: '80',
    }),
    proxiesTrusted: texts([], {
      doc: 'Addresses and networks of load balancers; their connections must begin with a PROXY header.',
      example: '["192.0.2.10", "10.0.0.0/8"]',
    }),
  }),
  tls: section('Certificates. Without any, one that vouches for itself is made in the data directory.', {
    certificates: tables<CertificateFiles>(
      {
        certificate: required(
          path('', { doc: 'Chain, PEM, own certificate first.', example: '"/etc/ssl/mail.pem"' }),
        ),
        key: required(path('', { doc: 'Private key, PEM.', example: '"/etc/ssl/mail.key"' })),
      },
      {
        doc: 'Chosen by the name the client asks for; the first is the default.',
        example: '{ certificate = "/etc/ssl/mail.pem", key = "/etc/ssl/mail.key" }',
      },
    ),
  }),
  acme: section('Certificates from an authority that speaks ACME (RFC 8555), such as Let’s Encrypt.', {
    enabled: boolean(false, {
      doc: 'Whether certificates are fetched. The authority has to reach `listen.http`, or the web port behind a proxy, on port 80 of every name.',
    }),
    directory: text('https://acme-v02.api.letsencrypt.org/directory', {
      doc: 'Directory of the authority.',
      example: '"https://acme-staging-v02.api.letsencrypt.org/directory"',
    }),
    agreeTerms: boolean(false, { doc: 'Whether you agree to the authority’s terms of service.' }),
    contact: optionalText({
      doc: 'Mail address that the authority may write to.',
      example: '"postmaster@example.com"',
    }),
    names: texts([], {
      doc: 'Host names besides the server’s own and those of domains whose records lead here.',
      example: '["imap.example.com", "smtp.example.com"]',
    }),
    eabKeyId: optionalText({
      doc: 'Key identifier for authorities that ask for an account of theirs (RFC 8555 §7.3.4).',
      example: '"kid-1"',
    }),
    eabKeyFile: optionalPath({
      doc: 'File with the key that belongs to it, in base64url.',
      example: '"/etc/hongyan/eab.key"',
    }),
    trustedCa: optionalPath({
      doc: 'Certificate authorities to trust when talking to the directory, PEM, instead of those built in.',
      example: '"/etc/hongyan/acme-ca.pem"',
    }),
  }),
  domains: section('Records that companies set for their domains, and watching them.', {
    watch: boolean(true, { doc: 'Whether domains are looked up again and again in the DNS.' }),
    template: choice(templateNames, 'basic', {
      doc: 'Shape of the records: `basic`: MX 5, 10 minutes; `pro` and `standard`: MX 10 and 50, 1 hour, and names for each service.',
    }),
    mailExchangers: texts([], {
      doc: 'Hosts of the MX records, the preferred one first. None: the server’s own name.',
      example: '["mx1.example.com", "mx2.example.com"]',
    }),
    serviceHost: optionalText({
      doc: 'Host that programs and browsers connect to. Left out: the server’s own name.',
      example: '"mail.example.com"',
    }),
    backupHost: optionalText({
      doc: 'Another way to the same services, for members abroad.',
      example: '"hw.example.com"',
    }),
    spfInclude: optionalText({
      doc: 'Name whose SPF record lists the servers that send. Left out: the mail exchangers send.',
      example: '"spf.example.com"',
    }),
    editions: tables<EditionHosts>(
      {
        template: required(text('', { doc: 'Which shape has these hosts.', example: '"standard"' })),
        mailExchangers: texts([], { doc: 'As above.', example: '["mx3.example.com"]' }),
        serviceHost: required(text('', { doc: 'As above.', example: '"std.example.com"' })),
        spfInclude: optionalText({ doc: 'As above.', example: '"spf-std.example.com"' }),
      },
      {
        doc: 'Hosts of other editions of the service.',
        example:
          '{ template = "standard", mail_exchangers = ["mx3.example.com"], service_host = "std.example.com" }',
      },
    ),
    mtaSts: choice(['none', 'testing', 'enforce'], 'testing', {
      doc: 'Mode of the policy by which other servers insist on TLS (RFC 8461).',
    }),
    mtaStsMaxAge: duration(7 * day, day, 365 * day, { doc: 'How long others remember the policy.' }),
    trialSuffix: optionalText({
      doc: 'Domain below which new companies get a name to begin with. Its wildcard MX record has to lead here.',
      example: '"try.example.com"',
    }),
    probeDomain: text('qq.com', {
      doc: 'Domain whose mail exchanger is connected to when somebody asks whether outgoing port 25 is open.',
    }),
    registrar: optionalText({
      doc: 'Page where companies without a domain can register one.',
      example: '"https://registrar.example/"',
    }),
    publicPorts: section('Ports as programs outside reach them. 0: as in `listen`.', {
      imaps: integer(0, 0, 65_535, { doc: 'IMAP, TLS.', example: '993' }),
      imap: integer(0, 0, 65_535, { doc: 'IMAP, STARTTLS.', example: '143' }),
      submissions: integer(0, 0, 65_535, { doc: 'Submission, TLS.', example: '465' }),
      submission: integer(0, 0, 65_535, { doc: 'Submission, STARTTLS.', example: '587' }),
      pop3s: integer(0, 0, 65_535, { doc: 'POP3, TLS.', example: '995' }),
      sieve: integer(0, 0, 65_535, { doc: 'ManageSieve.', example: '4190' }),
      https: integer(443, 1, 65_535, { doc: 'Web with TLS.', example: '443' }),
    }),
  }),
  limits: section('Sizes and numbers that bound what one peer can take.', {
    maxMessageSize: size(defaultFlowLimits.maxMessageBytes, mebi, 2 * gibi, {
      doc: 'Largest message, in both directions.',
      example: '"100 MB"',
    }),
    maxRecipients: integer(defaultFlowLimits.maxRecipients, 100, 100_000, {
      doc: 'Most recipients of one message (RFC 5321 §4.5.3.1.8 asks for 100 at least).',
    }),
    connections: integer(10_000, 1, 1_000_000, {
      doc: 'Most connections of each protocol at a time, per process.',
    }),
    connectionsPerAddress: integer(100, 1, 1_000_000, {
      doc: 'Most connections of each protocol from one IPv4 address or IPv6 /64, per process.',
    }),
  }),
  access: section('Signing in.', {
    passwordMinLength: integer(8, 6, 64, { doc: 'Shortest password, characters.' }),
    allowPlainLoopback: boolean(true, {
      doc: 'Whether programs on this machine may sign in without TLS. Others never may.',
    }),
    hashMemory: size(19 * mebi, mebi, gibi, { doc: 'Memory of argon2id for new passwords.' }),
    hashPasses: integer(2, 1, 20, { doc: 'Passes of argon2id for new passwords.' }),
    hashesAtATime: integer(2, 1, 64, { doc: 'Passwords verified at a time, per process.' }),
    verificationCache: duration(300 * second, 0, 3_600 * second, {
      doc: 'How long a right password is remembered, in memory and as a keyed hash, so that clients that sign in for every connection are served fast. A change of the password counts at once.',
    }),
  }),
  pop3: section('Reading mail with POP3: what holds for people who have not set it for themselves.', {
    rangeDays: integer(defaultMaildropSettings.rangeDays ?? 0, 0, mostRangeDays, {
      doc: 'Messages of the last so many days are shown to POP3 clients; 0: all.',
      example: '0',
    }),
    keepDeleted: boolean(defaultMaildropSettings.keepDeleted, {
      doc: 'Whether what a POP3 client deletes stays in the mailbox and is only hidden from POP3 clients.',
    }),
  }),
  dns: section('Looking up other servers.', {
    servers: texts([], {
      doc: 'Name servers to ask, with port where it is not 53. None: those of the system.',
      example: '["127.0.0.1", "192.0.2.53:5353"]',
    }),
    timeout: duration(5 * second, 100, 60 * second, { doc: 'How long one try may take.' }),
  }),
  screening: screeningSection,
  relay: section('Sending to other servers.', {
    port: integer(25, 1, 65_535, { doc: 'Port of other servers.' }),
    smartHost: optionalTable<NextHop>(nextHop, {
      doc: 'Server that takes everything for outside, instead of the recipients’ own servers.',
      example: '{ host = "smtp.example.net", port = 465, tls = "implicit-verified" }',
    }),
    routes: tables<Route>(
      {
        domain: required(text('', { doc: 'Domain of the recipients.', example: '"example.net"' })),
        ...nextHop,
      },
      {
        doc: 'Next server for one domain each; goes before the smart host and the DNS.',
        example: '{ domain = "example.net", host = "192.0.2.25", port = 25 }',
      },
    ),
    families: choice(['both', 'ipv4', 'ipv6'], 'both', { doc: 'Which kinds of addresses to connect to.' }),
    sourceIpv4: optionalText({ doc: 'Own IPv4 address to connect from.', example: '"192.0.2.1"' }),
    sourceIpv6: optionalText({ doc: 'Own IPv6 address to connect from.', example: '"2001:db8::1"' }),
    allowPrivateTargets: boolean(false, {
      doc: 'Whether private and loopback addresses found in the DNS may be connected to. Routes always may.',
    }),
    trustedCa: optionalPath({
      doc: 'Certificate authorities to trust, PEM, instead of those built in.',
      example: '"/etc/hongyan/authorities.pem"',
    }),
    connectionsPerDestination: integer(defaultRelayLimits.connectionsPerDestination, 1, 1_000, {
      doc: 'Most connections to one destination at a time.',
    }),
    connectTimeout: duration(defaultRelayLimits.connectMs, second, 600 * second, {
      doc: 'How long a connection may take to come about.',
    }),
  }),
  queue: section('Mail that waits.', {
    expireAfter: duration(defaultFlowLimits.expireAfterMs, 60 * second, 30 * day, {
      doc: 'How long delivery is tried before the message is returned (RFC 5321 §4.5.4.1: 4 to 5 days).',
    }),
    expireNotificationAfter: duration(defaultFlowLimits.expireNotificationAfterMs, 60 * second, 30 * day, {
      doc: 'The same for notifications.',
    }),
    delayNoticeAfter: duration(defaultFlowLimits.delayNoticeAfterMs ?? 0, 0, 30 * day, {
      doc: 'After how long the sender hears of a delay; "0 ms": never.',
    }),
    retry: durations(defaultFlowLimits.backoffMs, {
      doc: 'Waits between attempts; the last one repeats.',
      example: '["1 min", "15 min", "1 h", "4 h"]',
    }),
    fullMailbox: choice(['retry', 'return'], defaultFlowLimits.fullMailbox, {
      doc: 'What becomes of mail whose mailbox filled up after it was accepted.',
    }),
    localConcurrency: integer(defaultFlowLimits.localConcurrency, 1, 1_000, {
      doc: 'Local deliveries under way at a time, per process.',
    }),
    relayConcurrency: integer(defaultFlowLimits.relayConcurrency, 1, 10_000, {
      doc: 'Outgoing transactions under way at a time, per process.',
    }),
  }),
  records: section('What is kept about the past.', {
    keepTrace: duration(90 * day, day, 3_660 * day, { doc: 'How long it is known where messages went.' }),
    keepSignIns: duration(180 * day, day, 3_660 * day, { doc: 'How long sign-ins are known.' }),
    keepOperations: duration(730 * day, day, 3_660 * day, {
      doc: 'How long the acts of administrators are known, where the plan of the company sets no limit.',
    }),
  }),
  log: section('What the server writes about itself.', {
    level: choice(['debug', 'info', 'warn', 'error'], 'info', { doc: 'Least important lines to write.' }),
    format: choice(['auto', 'json', 'text'], 'auto', {
      doc: '`auto`: text on a terminal, JSON elsewhere.',
    }),
    file: optionalPath({
      doc: 'File to append to instead of standard error.',
      example: '"/var/log/hongyan.log"',
    }),
  }),
};
