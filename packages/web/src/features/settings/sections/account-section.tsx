import type { ReactElement } from 'react';
import { SecondFactor } from '../security/second-factor.tsx';
import { SignInLog } from '../security/sign-in-log.tsx';
import type { SectionProps } from '../settings-page.tsx';
import { DeviceList } from './device-list.tsx';
import { PasswordForm } from './password-form.tsx';

/** 账号与安全: password, second factor, devices, sign-ins (SEC-05, SEC-08, SEC-13, SET-13, LOG-04). */
export function AccountSection({ app }: SectionProps): ReactElement {
  return (
    <>
      <PasswordForm app={app} />
      <SecondFactor app={app} />
      <DeviceList app={app} />
      <SignInLog app={app} />
    </>
  );
}
