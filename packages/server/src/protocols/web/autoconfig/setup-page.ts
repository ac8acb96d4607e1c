import { createPhrases, type Language, type Phrases } from '@hongyan/phrases/phrases.ts';
import type { ClientServer, ClientSettings } from '../../../domains/client-settings.ts';
import { escapeXml } from './xml.ts';

/** Path of the page and of the profile it leads to. */
export const setupPath: string = '/client-setup';
export const profilePath: string = `${setupPath}/profile.mobileconfig`;

function serverLine(phrases: Phrases, { protocol, host, port, security }: ClientServer): string {
  const services = {
    imap: 'profile.incoming_imap',
    pop3: 'profile.incoming_pop3',
    smtp: 'profile.outgoing',
  } as const;
  return phrases.say('profile.server_line', {
    service: phrases.say(services[protocol]),
    host,
    port,
    security: phrases.say(security === 'tls' ? 'profile.security_tls' : 'profile.security_starttls'),
  });
}

/** The page from which members download a profile, with the settings for every other program (MBX-10, CLI-06). */
export function setupPage(settings: ClientSettings, language: Language, problem: boolean): string {
  const phrases = createPhrases(language);
  const lines = settings.servers.map(server => serverLine(phrases, server));
  if (settings.backupHost !== null) lines.push(phrases.say('profile.backup', { host: settings.backupHost }));
  const title = escapeXml(phrases.say('profile.title'));
  const invalid = phrases.say('profile.invalid', { domain: settings.unicodeName });
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<h1>${title}</h1>
<p>${escapeXml(phrases.say('profile.intro'))}</p>
${problem ? `<p role="alert">${escapeXml(invalid)}</p>\n` : ''}<form action="${profilePath}" method="get">
<label>${escapeXml(phrases.say('profile.address'))} <input name="email" type="email" required autocomplete="email" maxlength="320"></label>
<button>${escapeXml(phrases.say('profile.download'))}</button>
</form>
<h2>${escapeXml(phrases.say('profile.servers'))}</h2>
<ul>
${lines.map(line => `<li>${escapeXml(line)}</li>`).join('\n')}
</ul>
</html>
`;
}
