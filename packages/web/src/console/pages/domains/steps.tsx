import { type ReactElement, useCallback, useState } from 'react';
import { Card, Select } from '../../../ui/form.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { domainPath } from './types.ts';

const hosts = ['aliyun', 'wanwang', 'tencent', 'cloudflare', 'godaddy', 'other'] as const;

/** What to do in the console of the DNS host, with the company's own values (DOM-09). */
export function Steps({ name }: { readonly name: string }): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().domains;
  const [host, setHost] = useState<string | null>(null);
  const steps = useLoaded(
    useCallback(
      () =>
        api.get<{ host: string; steps: readonly string[] }>(
          `${domainPath(name)}/steps`,
          host ? { host } : {},
        ),
      [api, name, host],
    ),
  );
  return (
    <Card title={words.stepsTitle}>
      <LoadState of={steps} />
      {steps.value && (
        <>
          <Select
            label={words.stepsHost}
            value={steps.value.host}
            choices={hosts.map(value => ({ value, label: words.hostNames[value] ?? value }))}
            onChange={setHost}
          />
          <ol className="domain-steps">
            {steps.value.steps.map(step => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </>
      )}
    </Card>
  );
}
