import type { ClientServer, ClientSettings } from '../../../domains/client-settings.ts';
import { escapeXml, readElements } from './xml.ts';

const responseNamespace = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';
const accountNamespace = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';

const head = '<?xml version="1.0" encoding="utf-8"?>\n';

/** The address in an Autodiscover request ([MS-OXDSCLI] §2.2.3); null when the request is not one. */
export function requestedAddress(xml: string): string | null {
  const found = readElements(xml, ['EMailAddress']);
  const address = found?.get('EMailAddress') ?? '';
  return address === '' || address.length > 320 ? null : address;
}

function protocol({ protocol: type, host, port, security }: ClientServer, address: string): string {
  const secure =
    security === 'tls' ? '<SSL>on</SSL>' : '<SSL>off</SSL>\n        <Encryption>TLS</Encryption>';
  const auth =
    type === 'smtp' ? '\n        <UsePOPAuth>off</UsePOPAuth>\n        <SMTPLast>off</SMTPLast>' : '';
  return `      <Protocol>
        <Type>${type.toUpperCase()}</Type>
        <Server>${escapeXml(host)}</Server>
        <Port>${port}</Port>
        <DomainRequired>off</DomainRequired>
        <LoginName>${escapeXml(address)}</LoginName>
        <SPA>off</SPA>
        ${secure}
        <AuthRequired>on</AuthRequired>${auth}
      </Protocol>
`;
}

/** Settings as Outlook reads them ([MS-OXDSCLI] §2.2.4): the best server of each kind. */
export function outlookSettings(settings: ClientSettings, address: string): string {
  const kinds = ['imap', 'pop3', 'smtp'] as const;
  const best = kinds.flatMap(kind => settings.servers.find(server => server.protocol === kind) ?? []);
  return `${head}<Autodiscover xmlns="${responseNamespace}">
  <Response xmlns="${accountNamespace}">
    <User>
      <DisplayName>${escapeXml(address)}</DisplayName>
    </User>
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>
${best.map(server => protocol(server, address)).join('')}    </Account>
  </Response>
</Autodiscover>
`;
}

/** 500: the domain is not ours; 600: the request makes no sense. */
export function outlookError(code: 500 | 600, now: number): string {
  const words = code === 600 ? 'Invalid Request' : "The email address can't be found.";
  const time = new Date(now).toISOString().slice(11, 23);
  return `${head}<Autodiscover xmlns="${responseNamespace}">
  <Response>
    <Error Time="${time}" Id="0">
      <ErrorCode>${code}</ErrorCode>
      <Message>${escapeXml(words)}</Message>
      <DebugData/>
    </Error>
  </Response>
</Autodiscover>
`;
}
