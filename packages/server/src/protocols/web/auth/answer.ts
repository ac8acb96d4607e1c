import type { Session, SignedIn } from '../../../access/sessions.ts';

/** A session as the API shows it; times are RFC 3339. */
export function sessionAnswer(session: Session, current: string | null): Record<string, unknown> {
  return {
    id: session.id,
    kind: session.kind,
    label: session.label,
    address: session.address,
    createdAt: new Date(session.createdAt).toISOString(),
    seenAt: new Date(session.seenAt).toISOString(),
    expiresAt: new Date(session.expiresAt).toISOString(),
    current: session.id === current,
  };
}

/** Who is signed in, as the API shows it. */
export function identityAnswer(signedIn: SignedIn): Record<string, unknown> {
  return {
    login: signedIn.principal.login,
    displayName: signedIn.displayName,
    administrator: signedIn.administrator,
    language: signedIn.language,
    session: sessionAnswer(signedIn.session, signedIn.session.id),
  };
}
