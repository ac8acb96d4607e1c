import type { ReactElement } from 'react';
import type { SectionProps } from '../settings-page.tsx';
import { DeviceList } from './device-list.tsx';
import { PasswordForm } from './password-form.tsx';

/** 账号与安全: password and devices (SEC-08, SET-13). */
export function AccountSection({ app }: SectionProps): ReactElement {
  return (
    <>
      <PasswordForm app={app} />
      <DeviceList app={app} />
    </>
  );
}
