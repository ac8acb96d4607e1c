import type { Phrases } from '@hongyan/phrases/phrases.ts';
import type { Config } from '../config/config.ts';
import { type Ports, serviceNames } from './endpoints.ts';
import type { FirstRun } from './first-run.ts';

export interface BannerFacts {
  readonly version: string;
  readonly config: Config;
  readonly ports: Ports;
  /** Null at every start but the first. */
  readonly first: FirstRun | null;
  readonly certificate: string;
  /** Whether any company exists. */
  readonly company: boolean;
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function listeningLines(facts: BannerFacts, phrases: Phrases): string[] {
  const hosts = facts.config.listen.hosts.map(host => (host.includes(':') ? `[${host}]` : host));
  return serviceNames.flatMap(service => {
    const port = facts.ports[service];
    if (port === undefined) return [];
    const name = phrases.say(`serve.service.${service}`);
    const text = service === 'web' ? `${name}: http://localhost:${port}/` : name;
    return [`  ${String(port).padStart(5)}  ${text}  (${hosts.join(', ')})`];
  });
}

/** Three lines to paste: send with curl, read with curl, where the data lies. */
function tryLines(facts: BannerFacts, first: FirstRun, phrases: Phrases): string[] {
  const alice = first.accounts.find(account => account.address.startsWith('alice@'));
  const bob = first.accounts.find(account => account.address.startsWith('bob@'));
  const { submissions, imaps } = facts.ports;
  if (!alice || !bob || submissions === undefined || imaps === undefined) return [];
  const ca = `--cacert ${quoted(facts.certificate)}`;
  const secret = (password: string): string => (first.passwordGiven ? '$HONGYAN_SETUP_PASSWORD' : password);
  const at = (scheme: string, port: number): string => `${scheme}://localhost:${port}`;
  const mail = `From: ${alice.address}\\nTo: ${bob.address}\\nSubject: 你好 Hello\\n\\n鸿雁传书\\n`;
  const send =
    `printf '${mail}' | curl -sS ${ca} ${at('smtps', submissions)} -u "${alice.address}:${secret(alice.password)}" ` +
    `--mail-from ${alice.address} --mail-rcpt ${bob.address} --crlf -T -`;
  const read = `curl -sS ${ca} "${at('imaps', imaps)}/INBOX;MAILINDEX=*" -u "${bob.address}:${secret(bob.password)}"`;
  return [
    phrases.say('serve.try'),
    '',
    `  # ${phrases.say('serve.try_send')}`,
    `  ${send}`,
    `  # ${phrases.say('serve.try_read')}`,
    `  ${read}`,
    `  # ${phrases.say('serve.try_data')}`,
    `  ls -l ${quoted(facts.config.data)}`,
    '',
  ];
}

/** What the server prints when it is ready. Passwords appear only at the first start. */
export function banner(facts: BannerFacts, phrases: Phrases): string {
  const { first } = facts;
  const lines = [phrases.say('serve.title', { version: facts.version }), ''];
  if (first) {
    lines.push(phrases.say('serve.first_run', { domain: first.domain }), '');
    for (const { address, administrator, password } of first.accounts) {
      const role = phrases.say(administrator ? 'serve.administrator' : 'serve.member');
      const secret = first.passwordGiven
        ? phrases.say('serve.password_given')
        : phrases.say('serve.password', { password });
      lines.push(`  ${address.padEnd(22)} ${role.padEnd(14)} ${secret}`);
    }
    if (!first.passwordGiven) lines.push('', phrases.say('serve.passwords_once'));
    lines.push('');
  } else if (!facts.company) {
    lines.push(phrases.say('serve.no_company'), '');
  }
  lines.push(phrases.say('serve.listening'), ...listeningLines(facts, phrases), '');
  if (first) lines.push(...tryLines(facts, first, phrases));
  lines.push(phrases.say('serve.stop_hint'));
  return `${lines.join('\n')}\n`;
}
