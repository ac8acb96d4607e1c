import { JmapError, sameSiteHeaders } from '../jmap/client.ts';
import { allowKeeping } from '../jmap/offline/keeper.ts';
import { AuthProblem, authCall } from './auth-api.ts';

/** An account of somebody who has others in other companies. */
export interface CompanyAccount {
  readonly company: string;
  readonly address: string;
}

export type SignInResult =
  | { readonly kind: 'ok' | 'failed' | 'tooMany' | 'disabled' | 'unreachable' }
  /** The password is right in several companies (TEN-37): go on with the address of one. */
  | { readonly kind: 'companies'; readonly companies: readonly CompanyAccount[] }
  /** The password was right; the ticket goes along with the code. */
  | { readonly kind: 'secondFactor'; readonly ticket: string }
  /** The password was right; a second factor has to be set up with the ticket first. */
  | { readonly kind: 'setUp'; readonly ticket: string };

/** Signs in with address and password (SEC-02: `keep` for five days). The session lives in a cookie that scripts cannot read. */
export async function signIn(login: string, password: string, keep: boolean): Promise<SignInResult> {
  try {
    await authCall('POST', 'sign-in', { login, password, keep });
    allowKeeping(keep);
    return { kind: 'ok' };
  } catch (error) {
    if (!(error instanceof AuthProblem)) return { kind: 'unreachable' };
    const { ticket, companies } = error.details;
    if (error.code === 'auth.choose_company' && Array.isArray(companies)) {
      return { kind: 'companies', companies: companies as CompanyAccount[] };
    }
    if (error.code === 'auth.second_factor_required' && typeof ticket === 'string') {
      allowKeeping(keep);
      return { kind: 'secondFactor', ticket };
    }
    if (error.code === 'auth.second_factor_setup' && typeof ticket === 'string') {
      allowKeeping(keep);
      return { kind: 'setUp', ticket };
    }
    if (error.code === 'auth.too_many_attempts') return { kind: 'tooMany' };
    if (error.code === 'account.disabled') return { kind: 'disabled' };
    return { kind: error.code === 'auth.failed' ? 'failed' : 'unreachable' };
  }
}

/** Whether the person signed in administers the company: then the console is one press away (SEC-04). */
export async function administers(): Promise<boolean> {
  try {
    return (await authCall<{ administrator?: boolean }>('GET', 'session')).administrator === true;
  } catch {
    return false;
  }
}

/** Ends this session on the server. */
export async function signOut(): Promise<void> {
  await fetch('/auth/sign-out', { method: 'POST', credentials: 'same-origin', headers: sameSiteHeaders });
}

/** A session of this account. */
export interface Device {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly address: string;
  readonly seenAt: string;
  readonly current: boolean;
}

export type PasswordResult = 'ok' | 'wrong' | 'weak' | 'tooMany' | 'unreachable';

/** Changes the password (SEC-08). */
export async function changePassword(current: string, next: string): Promise<PasswordResult> {
  try {
    const response = await fetch('/auth/password', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', ...sameSiteHeaders },
      body: JSON.stringify({ current, next }),
    });
    if (response.ok) return 'ok';
    if (response.status === 422) return 'weak';
    if (response.status === 429) return 'tooMany';
    return response.status >= 500 ? 'unreachable' : 'wrong';
  } catch {
    return 'unreachable';
  }
}

/** The devices and programs that are signed in, this one first. */
export async function listDevices(): Promise<Device[]> {
  const response = await fetch('/auth/sessions', { credentials: 'same-origin' }).catch(() => null);
  if (!response?.ok) throw new JmapError(response?.status === 401 ? 'signedOut' : 'network');
  const { sessions } = (await response.json()) as { sessions: Device[] };
  return sessions.sort((a, b) => Number(b.current) - Number(a.current) || b.seenAt.localeCompare(a.seenAt));
}

/** Ends one session at once. */
export async function endDevice(id: string): Promise<void> {
  const init = { method: 'DELETE', credentials: 'same-origin', headers: sameSiteHeaders } as const;
  const response = await fetch(`/auth/sessions/${encodeURIComponent(id)}`, init).catch(() => null);
  if (!response?.ok) throw new JmapError(response?.status === 401 ? 'signedOut' : 'network');
}
