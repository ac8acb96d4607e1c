/** Arguments of a call or response, read as tests need them. */
export type JmapArguments = Record<string, unknown>;

export type JmapCall = readonly [name: string, args: JmapArguments, callId?: string];

export interface JmapResponse {
  readonly name: string;
  readonly args: JmapArguments;
  readonly callId: string;
}

/** Objects by id or key, as `/set` answers with them; none for null. */
export function objectsIn(value: unknown): Record<string, Record<string, unknown>> {
  return (value ?? {}) as Record<string, Record<string, unknown>>;
}

/** A member of an answer as text. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** The session, as far as tests look at it. */
export interface JmapSession {
  readonly apiUrl: string;
  readonly uploadUrl: string;
  readonly downloadUrl: string;
  readonly eventSourceUrl: string;
  readonly capabilities: Record<string, JmapArguments>;
  readonly accounts: Record<string, { readonly accountCapabilities: Record<string, JmapArguments> }>;
  readonly primaryAccounts: Record<string, string>;
  readonly state: string;
}

/** All capabilities that the server knows. */
const everything = [
  ...['core', 'mail', 'submission', 'blob', 'quota', 'vacationresponse', 'contacts', 'mdn', 'sieve'].map(
    name => `urn:ietf:params:jmap:${name}`,
  ),
  ...'labels signatures templates settings filters recipients restore sender-check snooze sharing scheduled'
    .split(' ')
    .map(name => `urn:hongyan:params:jmap:${name}`),
];

/** A small JMAP client over HTTP Basic. */
export class JmapClient {
  readonly session: JmapSession;
  readonly accountId: string;
  readonly authorization: string;

  private constructor(session: JmapSession, authorization: string) {
    this.session = session;
    this.accountId = session.primaryAccounts['urn:ietf:params:jmap:mail'] ?? '';
    this.authorization = authorization;
  }

  /** Reads the session by way of `/.well-known/jmap`. */
  static async signIn(url: string, login: string, password: string): Promise<JmapClient> {
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    const response = await fetch(`${url}/.well-known/jmap`, { headers: { authorization } });
    if (!response.ok) throw new Error(`no session: ${response.status} ${await response.text()}`);
    return new JmapClient((await response.json()) as JmapSession, authorization);
  }

  /** Posts any body. */
  post(body: string, type: string = 'application/json'): Promise<Response> {
    const headers = { authorization: this.authorization, 'content-type': type };
    return fetch(this.session.apiUrl, { method: 'POST', headers, body });
  }

  /** Sends calls in one request; `accountId` is filled in. */
  async request(calls: readonly JmapCall[], more: JmapArguments = {}): Promise<JmapResponse[]> {
    const methodCalls = calls.map(([name, args, callId], index) => [
      name,
      /^(Core|PushSubscription)\//.test(name) ? args : { accountId: this.accountId, ...args },
      callId ?? `c${index}`,
    ]);
    const response = await this.post(JSON.stringify({ using: everything, methodCalls, ...more }));
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const { methodResponses } = (await response.json()) as {
      methodResponses: [string, JmapArguments, string][];
    };
    return methodResponses.map(([name, args, callId]) => ({ name, args, callId }));
  }

  /** One call; throws for an error response, with its type as the message. */
  async call(name: string, args: JmapArguments = {}): Promise<JmapArguments> {
    const [response] = await this.request([[name, args]]);
    if (!response) throw new Error('no response');
    if (response.name === 'error') {
      throw new Error(String(response.args['type']), { cause: response.args });
    }
    return response.args;
  }

  /** Type of the error that a call ends in; `none` when it ends well. */
  async errorOf(name: string, args: JmapArguments = {}): Promise<string> {
    const [response] = await this.request([[name, args]]);
    return response?.name === 'error' ? String(response.args['type']) : 'none';
  }

  /** Ids of the mailboxes by role. */
  async mailboxes(): Promise<Record<string, string>> {
    const { list } = await this.call('Mailbox/get', { ids: null });
    return Object.fromEntries(
      (list as { id: string; role: string | null; name: string }[]).map(item => [
        item.role ?? item.name,
        item.id,
      ]),
    );
  }

  async upload(body: string | Uint8Array, type: string = 'application/octet-stream'): Promise<string> {
    const url = this.session.uploadUrl.replace('{accountId}', this.accountId);
    const headers = { authorization: this.authorization, 'content-type': type };
    const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    return ((await response.json()) as { blobId: string }).blobId;
  }

  download(blobId: string, type: string = 'text/plain', name: string = 'file'): Promise<Response> {
    const url = this.session.downloadUrl
      .replace('{accountId}', this.accountId)
      .replace('{blobId}', blobId)
      .replace('{type}', encodeURIComponent(type))
      .replace('{name}', encodeURIComponent(name));
    return fetch(url, { headers: { authorization: this.authorization } });
  }
}
