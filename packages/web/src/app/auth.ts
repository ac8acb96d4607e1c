import { sameSiteHeaders } from '../jmap/client.ts';

export type SignInResult = 'ok' | 'failed' | 'tooMany' | 'disabled' | 'unreachable';

/** Signs in with address and password (SEC-02: `keep` for five days). The session lives in a cookie that scripts cannot read. */
export async function signIn(login: string, password: string, keep: boolean): Promise<SignInResult> {
  try {
    const response = await fetch('/auth/sign-in', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', ...sameSiteHeaders },
      body: JSON.stringify({ login, password, keep }),
    });
    if (response.ok) return 'ok';
    if (response.status === 429) return 'tooMany';
    if (response.status === 403) return 'disabled';
    return response.status >= 500 ? 'unreachable' : 'failed';
  } catch {
    return 'unreachable';
  }
}

/** Ends this session on the server. */
export async function signOut(): Promise<void> {
  await fetch('/auth/sign-out', { method: 'POST', credentials: 'same-origin', headers: sameSiteHeaders });
}
