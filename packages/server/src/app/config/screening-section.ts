import { defaultScreeningOptions } from '../../flow/screening/options.ts';
import type { Config } from './config.ts';
import {
  boolean,
  choice,
  duration,
  integer,
  optionalText,
  type SchemaFor,
  type Section,
  section,
  size,
  texts,
} from './setting.ts';

const second = 1_000;
const mebi = 1024 ** 2;
const gibi = 1024 ** 3;

/** The settings of `[screening]`: docs/operator/incoming-mail.md. */
export const screeningSection: Section<SchemaFor<Config['screening']>> = section(
  'Mail from other servers: who sent it, spam, viruses.',
  {
    enabled: boolean(defaultScreeningOptions.enabled, {
      doc: 'Whether it is looked into at all (SPF, DKIM, DMARC, ARC, spam signals, test strings).',
    }),
    loopback: boolean(defaultScreeningOptions.loopback, {
      doc: 'Whether mail that comes from this machine itself is, too: programs and test scripts are not looked into by default.',
    }),
    trustedNetworks: texts([], {
      doc: 'Addresses and networks whose mail is taken unseen: own gateways, scanners and printers.',
      example: '["192.0.2.10", "10.0.0.0/8"]',
    }),
    deadline: duration(defaultScreeningOptions.deadlineMs, 100, 60 * second, {
      doc: 'How long the DNS may keep one message waiting. What is not known by then counts as unknown, and the message is taken.',
    }),
    dmarcReject: choice(['refuse', 'junk', 'note'], defaultScreeningOptions.dmarcReject, {
      doc: 'What becomes of mail that fails DMARC when its domain asks to reject it. `refuse`: answered with 550, except through mailing lists, which go to the junk folder; `junk`: to the junk folder; `note`: only noted.',
    }),
    dmarcQuarantine: choice(['junk', 'note'], defaultScreeningOptions.dmarcQuarantine, {
      doc: 'The same when its domain asks to set it aside.',
    }),
    trustedSealers: texts([], {
      doc: 'Domains of forwarders whose ARC seals are believed when they say that a message was in order.',
      example: '["forwarder.example"]',
    }),
    trustedLists: texts([], {
      doc: 'Domains of mailing lists whose mail is not held against its authors’ DMARC policy when it is proven to be theirs.',
      example: '["lists.example.org"]',
    }),
    junkScore: integer(defaultScreeningOptions.junkScore, 1, 1000, {
      doc: 'Points from which a message goes to the junk folder.',
    }),
    dnsbl: texts([], {
      doc: 'DNS block lists to ask about the client’s address. Mind their terms of use.',
      example: '["zen.dnsbl.example"]',
    }),
    dnsblScore: integer(defaultScreeningOptions.dnsblScore, 0, 1000, {
      doc: 'Points for each list that has it.',
    }),
    clamd: optionalText({
      doc: 'Where clamd listens: a path or `host:port`. Infected mail is refused; when clamd is away, mail is taken.',
      example: '"/run/clamav/clamd.ctl"',
    }),
    clamdMaxSize: size(defaultScreeningOptions.clamdMaxBytes, mebi, 2 * gibi, {
      doc: 'Larger messages are not scanned. StreamMaxLength of clamd must not be smaller.',
    }),
    clamdTimeout: duration(defaultScreeningOptions.clamdTimeoutMs, second, 600 * second, {
      doc: 'How long clamd may take for one step.',
    }),
  },
);
