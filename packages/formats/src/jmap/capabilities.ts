/** Capabilities by URN: core and mail (RFC 8620, 8621), WebSocket (RFC 8887), blobs (RFC 9404), quotas (RFC 9425). */
export const Capability = {
  Core: 'urn:ietf:params:jmap:core',
  Mail: 'urn:ietf:params:jmap:mail',
  Submission: 'urn:ietf:params:jmap:submission',
  WebSocket: 'urn:ietf:params:jmap:websocket',
  Blob: 'urn:ietf:params:jmap:blob',
  Quota: 'urn:ietf:params:jmap:quota',
} as const;

export type CapabilityUrn = (typeof Capability)[keyof typeof Capability];
