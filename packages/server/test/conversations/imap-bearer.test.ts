import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

function encoded(text: string): string {
  return Buffer.from(text.replaceAll('^', '\x01')).toString('base64');
}

const right = encoded('n,a=alice@example.test,^host=x^port=143^auth=Bearer abc^^');
const tokens = { abc: 'alice@example.test' };

const conversations: readonly ImapConversation[] = [
  {
    name: 'OAUTHBEARER and XOAUTH2 are offered where tokens are taken, and let in who has one (RFC 7628 §3)',
    tokens,
    text: `
      S: * OK [CAPABILITY ... AUTH=OAUTHBEARER AUTH=XOAUTH2 ...
      C: a1 AUTHENTICATE OAUTHBEARER ${right}
      S: a1 OK [CAPABILITY ...
      C: a2 UNAUTHENTICATE
      S: a2 OK ...
      C: a3 AUTHENTICATE XOAUTH2
      S~ ^\\+ $
      C: ${encoded('user=alice@example.test^auth=Bearer abc^^')}
      S: a3 OK ...`,
  },
  {
    name: 'a wrong token is refused after the client was told why, whatever it says to that (RFC 7628 §3.2.3)',
    tokens,
    text: `
      S: * OK ...
      C: a1 AUTHENTICATE OAUTHBEARER ${encoded('n,,^auth=Bearer nonsense^^')}
      S: + ${Buffer.from('{"status":"invalid_token"}').toString('base64')}
      C: AQ==
      S: a1 NO [AUTHENTICATIONFAILED] ...
      C: a2 AUTHENTICATE OAUTHBEARER ${encoded('n,a=bob@example.test,^auth=Bearer abc^^')}
      S: + ...
      C: *
      S: a2 BAD ...
      C: a3 AUTHENTICATE OAUTHBEARER ${encoded('rubbish')}
      S: + ...
      C: AQ==
      S: a3 NO ...
      C: a4 SELECT INBOX
      S: a4 BAD ...`,
  },
  {
    name: 'without tokens the mechanisms are neither offered nor work',
    text: `
      S~ ^\\* OK \\[CAPABILITY (?!.*OAUTH)
      C: a1 AUTHENTICATE OAUTHBEARER ${right}
      S: + ...
      C: AQ==
      S: a1 NO ...`,
  },
];

for (const conversation of conversations) {
  test(conversation.name, () => playConversation(conversation));
}
