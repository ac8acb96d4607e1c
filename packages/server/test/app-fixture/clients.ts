import { ImapFlow, type MessageEnvelopeObject } from 'imapflow';
import { createTransport } from 'nodemailer';

/** Sends one text through submission with TLS, with a foreign client; returns what the server answered. */
export async function sendMail(
  port: number,
  login: string,
  password: string,
  mail: {
    readonly to: string;
    readonly subject: string;
    readonly inReplyTo?: string;
    readonly references?: string;
  },
): Promise<string> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    secure: true,
    auth: { user: login, pass: password },
    tls: { rejectUnauthorized: false },
  });
  try {
    const sent = await transport.sendMail({ from: login, text: '鸿雁传书', ...mail });
    return sent.response;
  } finally {
    transport.close();
  }
}

/** A foreign IMAP client that has signed in. */
export async function openImap(port: number, login: string, password: string): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: true,
    auth: { user: login, pass: password },
    tls: { rejectUnauthorized: false },
    logger: false,
  });
  await client.connect();
  return client;
}

/** Headers of a mailbox, oldest first. An empty one is not asked: `1:*` names nothing there (RFC 9051 §9, seq-number). */
export async function envelopesOf(client: ImapFlow, mailbox = 'INBOX'): Promise<MessageEnvelopeObject[]> {
  const lock = await client.getMailboxLock(mailbox);
  try {
    await client.noop();
    const envelopes: MessageEnvelopeObject[] = [];
    if (client.mailbox && client.mailbox.exists > 0) {
      for await (const { envelope } of client.fetch('1:*', { envelope: true }))
        if (envelope) envelopes.push(envelope);
    }
    return envelopes;
  } finally {
    lock.release();
  }
}

/** Subjects of a mailbox, oldest first. */
export async function subjectsOf(client: ImapFlow, mailbox = 'INBOX'): Promise<string[]> {
  return (await envelopesOf(client, mailbox)).map(envelope => envelope.subject ?? '');
}
