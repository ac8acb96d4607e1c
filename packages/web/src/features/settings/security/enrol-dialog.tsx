import { type ReactElement, useState } from 'react';
import { authCall, codeOf } from '../../../app/auth-api.ts';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { SecretForm } from './secret-form.tsx';

interface Enrolment {
  readonly secret: string;
  readonly uri: string;
  /** QR code as SVG. */
  readonly qr: string;
}

interface EnrolDialogProps {
  readonly explain: (error: unknown) => string;
  readonly onDone: (recoveryCodes: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Password, then the QR code, then the first code of the authenticator. */
export function EnrolDialog({ explain, onDone, onClose }: EnrolDialogProps): ReactElement {
  const texts = useTexts();
  const words = texts.security.factor;
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  if (!enrolment)
    return (
      <Dialog title={words.turnOn} onClose={onClose}>
        <SecretForm
          key="password"
          kind="password"
          label={words.password}
          verb={texts.security.step.submit}
          explain={error => (codeOf(error) === 'auth.failed' ? texts.settings.wrong : explain(error))}
          onClose={onClose}
          onSubmit={async password => {
            setEnrolment(await authCall<Enrolment>('POST', 'second-factor/totp', { password }));
          }}
        />
      </Dialog>
    );
  return (
    <Dialog title={words.turnOn} onClose={onClose}>
      <p>{words.scan}</p>
      <img
        className="qr"
        alt={enrolment.uri}
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(enrolment.qr)}`}
      />
      <p className="secret">{enrolment.secret.replaceAll(/(.{4})/g, '$1 ').trim()}</p>
      <SecretForm
        key="code"
        kind="code"
        label={words.confirm}
        verb={words.enable}
        explain={explain}
        onClose={onClose}
        onSubmit={async code => {
          const { recoveryCodes } = await authCall<{ recoveryCodes: string[] }>(
            'POST',
            'second-factor/totp/confirm',
            { code },
          );
          onDone(recoveryCodes);
        }}
      />
    </Dialog>
  );
}
