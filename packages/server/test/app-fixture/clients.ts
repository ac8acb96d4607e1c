import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';

/** Sends one text through submission with TLS, with a foreign client; returns what the server answered. */
export async function sendMail(
  port: number,
  login: string,
  password: string,
  mail: { readonly from?: string; readonly to: string; readonly subject: string; readonly text?: string },
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

/** Subjects of a mailbox, oldest first. */
export async function subjectsOf(client: ImapFlow, mailbox = 'INBOX'): Promise<string[]> {
  const lock = await client.getMailboxLock(mailbox);
  try {
    const subjects: string[] = [];
    for await (const message of client.fetch('1:*', { envelope: true })) {
      subjects.push(message.envelope?.subject ?? '');
    }
    return subjects;
  } finally {
    lock.release();
  }
}
