import type { Call, JmapClient } from './client.ts';

const fullProperties =
  'id blobId threadId mailboxIds keywords size receivedAt messageId inReplyTo references from to cc bcc replyTo subject sentAt hasAttachment preview htmlBody textBody attachments bodyValues header:Disposition-Notification-To:asAddresses header:Importance:asText'.split(
    ' ',
  );
const bodyProperties = ['partId', 'blobId', 'size', 'name', 'type', 'charset', 'disposition', 'cid'];

/** Putting mail off (docs/api/jmap.md). */
export const snoozeCapability = 'urn:hongyan:params:jmap:snooze';

/** Body bytes fetched at first; "show all" asks for the rest. */
const maxBodyBytes = 512 * 1024;

/** The call that reads mails with their texts; `everything` lifts the limit on the body's size. */
export function wholeMails(client: JmapClient, ids: readonly string[], everything = false): Call {
  return [
    'Email/get',
    {
      ids,
      properties: client.offers(snoozeCapability) ? [...fullProperties, 'snoozed'] : fullProperties,
      bodyProperties,
      fetchTextBodyValues: true,
      fetchHTMLBodyValues: true,
      maxBodyValueBytes: everything ? 0 : maxBodyBytes,
    },
  ];
}
