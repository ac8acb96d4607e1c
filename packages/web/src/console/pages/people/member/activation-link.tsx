import { type ReactElement, useCallback } from 'react';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import type { Api } from '../../../api.ts';
import { TextField } from '../../../kit/field.tsx';
import { useLoaded } from '../../../kit/use-loaded.ts';
import { useTime } from '../../../kit/use-time.ts';
import { useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';

/** How a member's activation link stands. */
export interface ActivationLink {
  readonly purpose: 'activate' | 'reset';
  readonly state: 'open' | 'used' | 'expired';
  readonly sentTo: string | null;
  readonly expiresAt: string;
}

/** A link just made, shown this once. */
export interface MadeLink {
  readonly link: ActivationLink;
  readonly url: string;
  readonly qrCode: string;
}

/** Makes a member's activation link; mailed too where an address is given (MBX-03). */
export function makeActivationLink(api: Api, memberId: number, sendTo: string): Promise<MadeLink> {
  const to = sendTo.trim();
  return api.post<MadeLink>(`/members/${memberId}/activation-link`, {
    origin: location.origin,
    ...(to ? { sendTo: to } : {}),
  });
}

/** Where a link is mailed to. */
export function SendToField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const words = useConsoleTexts().people.member.link;
  return (
    <TextField
      label={words.sendTo}
      hint={words.sendToHint}
      type="email"
      value={value}
      maxLength={320}
      onChange={onChange}
    />
  );
}

/** The link, its QR code, and until when it is good. */
export function ShownLink({ made }: { readonly made: MadeLink }): ReactElement {
  const words = useConsoleTexts().people.member.link;
  const time = useTime();
  return (
    <div className="console-once" role="status">
      <p>{words.once}</p>
      <p className="secret made-link invitation-link">{made.url}</p>
      <img className="qr" alt={words.qr} src={`data:image/svg+xml;utf8,${encodeURIComponent(made.qrCode)}`} />
      <p className="meta">
        {words.until(time(made.link.expiresAt))} {made.link.sentTo && words.sent(made.link.sentTo)}
      </p>
      <div className="row">
        <CopyButton text={made.url} />
      </div>
    </div>
  );
}

/** Whether a member can sign in yet, and the link that was made last. */
export function useActivationLink(
  memberId: number,
): ReturnType<typeof useLoaded<{ link: ActivationLink | null }>> {
  const { api } = useConsole();
  const path = `/members/${memberId}/activation-link`;
  return useLoaded(useCallback(() => api.get<{ link: ActivationLink | null }>(path), [api, path]));
}
