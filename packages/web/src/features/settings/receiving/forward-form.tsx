import { type ReactElement, useState } from 'react';
import { isAddress } from '../../../lib/addresses.ts';
import { useTexts } from '../../../lib/language.ts';
import { Card, Switch, TextSetting } from '../../../ui/form.tsx';
import type { SectionProps } from '../settings-page.tsx';
import { useSettings } from '../use-setting.ts';

/** 自动转发 (SET-12); where the company forbids it (SRC-10) it says so and does nothing. */
export function ForwardForm({ app }: SectionProps): ReactElement {
  const texts = useTexts();
  const words = texts.receiving.forward;
  const [settings, save] = useSettings(app);
  const { autoForward, mayForward } = settings;
  const [address, setAddress] = useState(autoForward.address ?? '');
  const [problem, setProblem] = useState('');

  function turn(isEnabled: boolean): void {
    setProblem('');
    if (isEnabled && !isAddress(address)) setProblem(words.needAddress);
    else save({ autoForward: { ...autoForward, address: address || null, isEnabled } });
  }

  return (
    <Card title={words.title} hint={mayForward ? words.hint : words.forbidden}>
      {mayForward && (
        <>
          <TextSetting
            label={words.address}
            type="email"
            value={address}
            onSave={value => {
              setAddress(value);
              setProblem('');
              if (autoForward.isEnabled && !isAddress(value)) setProblem(words.needAddress);
              else save({ autoForward: { ...autoForward, address: value || null } });
            }}
          />
          <Switch label={words.enabled} checked={autoForward.isEnabled} onChange={turn} />
          <Switch
            label={words.keepCopy}
            checked={autoForward.keepCopy}
            onChange={keepCopy => save({ autoForward: { ...autoForward, keepCopy } })}
          />
          {problem && (
            <p className="sign-in-problem" role="alert">
              {problem}
            </p>
          )}
        </>
      )}
    </Card>
  );
}
