import type { ClientServer, ClientSettings } from '../../../domains/client-settings.ts';
import { escapeXml } from './xml.ts';

function server(element: string, { protocol, host, port, security }: ClientServer): string {
  const socket = security === 'tls' ? 'SSL' : 'STARTTLS';
  return `    <${element} type="${protocol}">
      <hostname>${escapeXml(host)}</hostname>
      <port>${port}</port>
      <socketType>${socket}</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </${element}>
`;
}

/** Settings as Thunderbird, Evolution, KMail, FairEmail and others read them (autoconfig, config-v1.1.xml). */
export function thunderbirdConfig(settings: ClientSettings): string {
  const { domain, unicodeName, servers, web } = settings;
  const incoming = servers.filter(({ protocol }) => protocol !== 'smtp');
  const outgoing = servers.filter(({ protocol }) => protocol === 'smtp');
  const port = web.port === 443 ? '' : `:${web.port}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="${escapeXml(domain)}">
    <domain>${escapeXml(domain)}</domain>
    <displayName>${escapeXml(unicodeName)}</displayName>
    <displayShortName>${escapeXml(unicodeName)}</displayShortName>
${incoming.map(one => server('incomingServer', one)).join('')}${outgoing.map(one => server('outgoingServer', one)).join('')}  </emailProvider>
  <webMail>
    <loginPage url="https://${escapeXml(web.host)}${port}/"/>
  </webMail>
</clientConfig>
`;
}
