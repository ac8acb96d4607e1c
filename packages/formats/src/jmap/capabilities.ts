/**
 * Capabilities by URN: core and mail (RFC 8620, 8621), WebSocket (RFC 8887), blobs (RFC 9404), quotas (RFC 9425), contacts
 * (RFC 9610), receipts (RFC 9007), Sieve scripts (RFC 9661), and what members keep beside mail (docs/api/jmap-personal.md).
 */
export const Capability = {
  Core: 'urn:ietf:params:jmap:core',
  Mail: 'urn:ietf:params:jmap:mail',
  Submission: 'urn:ietf:params:jmap:submission',
  WebSocket: 'urn:ietf:params:jmap:websocket',
  WebPush: 'urn:ietf:params:jmap:webpush-vapid',
  Blob: 'urn:ietf:params:jmap:blob',
  Quota: 'urn:ietf:params:jmap:quota',
  VacationResponse: 'urn:ietf:params:jmap:vacationresponse',
  Contacts: 'urn:ietf:params:jmap:contacts',
  Search: 'urn:hongyan:params:jmap:search',
  SenderCheck: 'urn:hongyan:params:jmap:sender-check',
  Labels: 'urn:hongyan:params:jmap:labels',
  Signatures: 'urn:hongyan:params:jmap:signatures',
  Templates: 'urn:hongyan:params:jmap:templates',
  Settings: 'urn:hongyan:params:jmap:settings',
  Filters: 'urn:hongyan:params:jmap:filters',
  Recipients: 'urn:hongyan:params:jmap:recipients',
  Restore: 'urn:hongyan:params:jmap:restore',
  Mdn: 'urn:ietf:params:jmap:mdn',
  Sieve: 'urn:ietf:params:jmap:sieve',
  Snooze: 'urn:hongyan:params:jmap:snooze',
  Sharing: 'urn:hongyan:params:jmap:sharing',
  Scheduled: 'urn:hongyan:params:jmap:scheduled',
} as const;

export type CapabilityUrn = (typeof Capability)[keyof typeof Capability];
