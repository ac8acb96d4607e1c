import { defaultApiTokenLimits } from '@hongyan/server/access/api-tokens.ts';
import { defaultIdempotencyLimits } from '@hongyan/server/access/idempotency.ts';
import type { Principal } from '@hongyan/server/access/scope.ts';
import { startSession } from '@hongyan/server/access/sessions.ts';
import { defaultTraceLimits } from '@hongyan/server/administration/trace/context.ts';
import { createDirectoryContext } from '@hongyan/server/directory/directory.ts';
import { defaultRestLimits, type RestContext } from '@hongyan/server/protocols/rest/context.ts';
import type { Operation } from '@hongyan/server/protocols/rest/kit/operation.ts';
import { restModule } from '@hongyan/server/protocols/rest/module.ts';
import { operations } from '@hongyan/server/protocols/rest/registry.ts';
import { type AdministrationHouse, openAdministrationHouse } from './administration-house.ts';
import { domainsHouse } from './domains-house.ts';
import { openWebHouse, type WebHouse } from './web-house.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** An answer of the API. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; empty bodies are null. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- tests say what they expect, at the call
  json<T = Record<string, unknown>>(): T;
}

export interface RestRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is; give its content type in `headers`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
}

/** Sends requests to the API as somebody. */
export type RestClient = (method: string, path: string, request?: RestRequest) => Promise<RestAnswer>;

/** A company of alice (owner) and bob (member), and the administration API on a loopback port. */
export interface RestHouse extends AsyncDisposable {
  readonly web: WebHouse;
  /** Mailboxes and jobs. */
  readonly mail: AdministrationHouse;
  readonly rest: RestContext;
  /** Of the API: `http://127.0.0.1:…/api/v1`. */
  readonly url: string;
  /** A client with the session cookie of a person, or with no sign-in for null. */
  as(who: AccountPrincipal | null): Promise<RestClient>;
  /** A client with an API token. */
  withToken(token: string): RestClient;
}

export interface RestHouseOptions {
  /** Replaces parts of what operations work with. */
  readonly context?: Partial<RestContext>;
  readonly operations?: readonly Operation[];
}

/** Opens the house. Paths of its clients are below `/api/v1`. */
export async function openRestHouse(options: RestHouseOptions = {}): Promise<RestHouse> {
  const web = await openWebHouse();
  const { database, clock, context } = web;
  const directory = createDirectoryContext({ database, clock });
  const mail = await openAdministrationHouse(web.folder, directory, clock);
  const rest: RestContext = {
    directory,
    imports: { directory, log: context.log, hasSignedIn: async () => false },
    administration: mail.administration,
    trace: {
      directory,
      records: web.records,
      queue: mail.queue,
      clock,
      limits: defaultTraceLimits,
      wakeQueue: () => undefined,
    },
    passwords: context.passwords,
    signIn: context.signIn,
    mailActivation: async () => undefined,
    ...domainsHouse(directory),
    tokens: { database, clock, limits: defaultApiTokenLimits },
    idempotency: { database, clock, limits: defaultIdempotencyLimits },
    limits: { ...defaultRestLimits, callerBurst: 100_000, addressBurst: 100_000 },
    allowPlainLoopback: true,
    clock,
    log: context.log,
    ...options.context,
  };
  const origin = await web.serve([services => restModule(rest, services, options.operations ?? operations)]);
  const url = `${origin}/api/v1`;
  const client =
    (identity: Readonly<Record<string, string>>): RestClient =>
    async (method, path, request = {}) => {
      const json = request.body === undefined ? undefined : JSON.stringify(request.body);
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...identity,
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...request.headers,
        },
        ...(json !== undefined && { body: json }),
        ...(request.raw !== undefined && { body: request.raw }),
      });
      const text = await response.text();
      // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in the interface
      const read = <T>(): T => (text === '' ? null : JSON.parse(text)) as T;
      return { status: response.status, headers: response.headers, text, json: read };
    };
  return {
    web,
    mail,
    rest,
    url,
    async as(who) {
      if (!who) return client({});
      const { token } = await startSession(context.sessions, who, {
        kind: 'browser',
        keep: true,
        label: 'test',
        address: '127.0.0.1',
        provenAt: clock.now(),
      });
      return client({ cookie: `hongyan=${token}`, 'x-hongyan': '1' });
    },
    withToken: token => client({ authorization: `Bearer ${token}` }),
    async [Symbol.asyncDispose]() {
      await mail[Symbol.asyncDispose]();
      await web[Symbol.asyncDispose]();
    },
  };
}
