/** What a stranger with a link is told (DIR-04). */
export interface Invitation {
  readonly company: string;
  readonly domain: string;
  readonly approval: boolean;
}

export interface PrefixAnswer {
  readonly address: string;
  readonly free: boolean;
  readonly suggestion: string | null;
}

export interface Joined {
  readonly state: 'waiting' | 'member';
  readonly address: string;
}

/** A refusal: its code, words for people, and why an invitation is closed. */
export class JoinProblem extends Error {
  readonly code: string;
  readonly title: string;
  readonly state: string;

  constructor(code: string, title: string, state: string) {
    super(code);
    this.name = 'JoinProblem';
    this.code = code;
    this.title = title;
    this.state = state;
  }
}

/** Speaks the public side of invitations. Throws `JoinProblem`; code `network` when nobody answers. */
export async function askJoin<Value>(
  token: string,
  language: string,
  request: { readonly path?: string; readonly body?: unknown } = {},
): Promise<Value> {
  const { path = '', body } = request;
  let response: Response;
  try {
    response = await fetch(`/api/v1/join/${encodeURIComponent(token)}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'Accept-Language': language,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new JoinProblem('network', '', '');
  }
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return answer as Value;
  const text = (name: string): string => (typeof answer[name] === 'string' ? answer[name] : '');
  throw new JoinProblem(text('code') || `http${response.status}`, text('title'), text('state'));
}
