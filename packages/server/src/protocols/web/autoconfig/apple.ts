import { createHash } from 'node:crypto';
import type { ClientSettings } from '../../../domains/client-settings.ts';
import { escapeXml } from './xml.ts';

/** A UUID that is the same for the same address, so that a profile replaces its older self (RFC 9562 §5.8). */
function uuid(purpose: string, address: string): string {
  const hex = createHash('sha256').update(`${purpose} ${address}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
    .join('-')
    .toUpperCase();
}

type Value = string | number | boolean | readonly Dictionary[];
type Dictionary = Readonly<Record<string, Value>>;

function plist(value: Value | Dictionary, indent: string): string {
  if (typeof value === 'string') return `${indent}<string>${escapeXml(value)}</string>\n`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>\n`;
  if (typeof value === 'boolean') return `${indent}<${value}/>\n`;
  const inner = `${indent}  `;
  if (isList(value)) {
    return `${indent}<array>\n${value.map(one => plist(one, inner)).join('')}${indent}</array>\n`;
  }
  const entries = Object.entries(value).map(
    ([key, one]) => `${inner}<key>${escapeXml(key)}</key>\n${plist(one, inner)}`,
  );
  return `${indent}<dict>\n${entries.join('')}${indent}</dict>\n`;
}

function isList(value: readonly Dictionary[] | Dictionary): value is readonly Dictionary[] {
  return Array.isArray(value);
}

/**
 * A configuration profile for iPhone, iPad and Mac (`com.apple.mail.managed`): they ask for the password only. Null when
 * the server offers no IMAP or no submission.
 */
export function appleProfile(settings: ClientSettings, address: string, description: string): string | null {
  const incoming = settings.servers.find(({ protocol }) => protocol === 'imap');
  const outgoing = settings.servers.find(({ protocol }) => protocol === 'smtp');
  if (!incoming || !outgoing) return null;
  const identifier = `${settings.domain.split('.').toReversed().join('.')}.mail`;
  const mail: Dictionary = {
    PayloadType: 'com.apple.mail.managed',
    PayloadVersion: 1,
    PayloadIdentifier: `${identifier}.account`,
    PayloadUUID: uuid('account', address),
    PayloadDisplayName: description,
    EmailAccountDescription: settings.unicodeName,
    EmailAccountType: 'EmailTypeIMAP',
    EmailAddress: address,
    IncomingMailServerAuthentication: 'EmailAuthPassword',
    IncomingMailServerHostName: incoming.host,
    IncomingMailServerPortNumber: incoming.port,
    IncomingMailServerUseSSL: true,
    IncomingMailServerUsername: address,
    OutgoingMailServerAuthentication: 'EmailAuthPassword',
    OutgoingMailServerHostName: outgoing.host,
    OutgoingMailServerPortNumber: outgoing.port,
    OutgoingMailServerUseSSL: true,
    OutgoingMailServerUsername: address,
    OutgoingPasswordSameAsIncomingPassword: true,
    PreventMove: false,
    SMIMEEnabled: false,
  };
  const profile: Dictionary = {
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: uuid('profile', address),
    PayloadDisplayName: description,
    PayloadOrganization: settings.unicodeName,
    PayloadContent: [mail],
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${plist(profile, '')}</plist>
`;
}
