import { JmapError, sameSiteHeaders } from '../jmap/client.ts';

/** A refusal of the sign-in interface, with its stable code (docs/api/sign-in.md). */
export class AuthProblem extends JmapError {
  /** Members of the problem document. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, details: Readonly<Record<string, unknown>>) {
    super(code);
    this.details = details;
  }
}

/** Calls the sign-in interface. Throws `AuthProblem`; `network` when nobody answers. */
export async function authCall<Result>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Result> {
  let response: Response;
  try {
    response = await fetch(`/auth/${path}`, {
      method,
      credentials: 'same-origin',
      headers: body ? { 'Content-Type': 'application/json', ...sameSiteHeaders } : sameSiteHeaders,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new AuthProblem('network', {});
  }
  if (response.ok) return (response.status === 204 ? null : await response.json()) as Result;
  let details: Record<string, unknown> = {};
  try {
    details = (await response.json()) as Record<string, unknown>;
  } catch {
    // No problem document: the status has to do.
  }
  const { code } = details;
  throw new AuthProblem(typeof code === 'string' ? code : `http${response.status}`, details);
}

/** The code of a refusal, or of whatever else went wrong. */
export function codeOf(error: unknown): string {
  return error instanceof JmapError ? error.code : 'client';
}
