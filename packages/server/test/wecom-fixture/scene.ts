import assert from 'node:assert/strict';
import { AccessTokens } from '@hongyan/server/access/access-tokens.ts';
import { adminFunctions } from '@hongyan/server/access/administration.ts';
import { EmailIndexes } from '@hongyan/server/mailbox/emails/email-indexes.ts';
import { defaultWecomLimits, type WecomContext } from '@hongyan/server/protocols/wecom/context.ts';
import { wecomModule } from '@hongyan/server/protocols/wecom/module.ts';
import { type AcceptedMail, FakeAcceptor } from '@hongyan/testkit/fake-acceptor.ts';
import { openRestHouse, type RestHouse } from '@hongyan/testkit/rest-house.ts';

/** What every call answers. */
export type Answer = Record<string, unknown> & { readonly errcode: number; readonly errmsg: string };

/** The calls of one company. */
export interface Scene extends AsyncDisposable {
  readonly house: RestHouse;
  readonly context: WecomContext;
  readonly secret: string;
  readonly corp: string;
  /** What programs gave to the flow. */
  readonly sent: readonly AcceptedMail[];
  /** Any call, without an access token of its own. */
  readonly raw: (method: string, path: string, body?: unknown) => Promise<Answer>;
  get(path: string, query?: Readonly<Record<string, string | number>>): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
}

/** A company with the API and a token for it. */
export async function openScene(functions: readonly string[] = adminFunctions): Promise<Scene> {
  const house = await openRestHouse();
  const { web, rest } = house;
  const acceptor = new FakeAcceptor({ maxMessageBytes: 100 * 2 ** 20 });
  const context: WecomContext = {
    directory: rest.directory,
    mailbox: rest.administration.mailbox,
    indexes: new EmailIndexes(),
    acceptor,
    trace: rest.trace,
    administration: rest.administration,
    passwords: web.context.passwords,
    signIn: web.context.signIn,
    accessTokens: new AccessTokens(rest.tokens),
    limits: defaultWecomLimits,
    allowPlainLoopback: true,
    clock: web.clock,
    log: web.context.log,
  };
  const url = await web.serve([services => wecomModule(context, services)]);
  const owner = await house.as(web.alice);
  const made = await owner('POST', '/tokens', {
    body: { name: 'WeCom', functions: Object.fromEntries(functions.map(name => [name, 'manage'])) },
  });
  const { token: secret } = made.json<{ token: string }>();
  const corp = String(web.tenant.tenantId);
  const raw: Scene['raw'] = async (method, path, body) => {
    const response = await fetch(`${url}/cgi-bin${path}`, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    assert.equal(response.status, 200);
    return (await response.json()) as Answer;
  };
  const opened = await raw('GET', `/gettoken?corpid=${corp}&corpsecret=${secret}`);
  assert.deepEqual([opened.errcode, opened['expires_in']], [0, 7200]);
  const access = String(opened['access_token']);
  return {
    house,
    context,
    secret,
    corp,
    sent: acceptor.accepted,
    raw,
    get(path, query = {}) {
      const search = new URLSearchParams({ access_token: access });
      for (const [name, value] of Object.entries(query)) search.set(name, String(value));
      return raw('GET', `${path}?${search.toString()}`);
    },
    post: (path, body) => raw('POST', `${path}?access_token=${access}`, body),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

/** The answer, made sure that it says so. */
export function fine(answer: Answer, errmsg: string = 'ok'): Answer {
  assert.deepEqual([answer.errcode, answer.errmsg], [0, errmsg], JSON.stringify(answer));
  return answer;
}
