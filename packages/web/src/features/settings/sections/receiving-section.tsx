import type { ReactElement } from 'react';
import { ForwardForm } from '../receiving/forward-form.tsx';
import { RuleList } from '../receiving/rule-list.tsx';
import { SenderList } from '../receiving/sender-list.tsx';
import { VacationForm } from '../receiving/vacation-form.tsx';
import type { SectionProps } from '../settings-page.tsx';

/** 收信: rules, lists, automatic answer and forward (FLT-01 to FLT-03, SET-11, SET-12). */
export function ReceivingSection({ app }: SectionProps): ReactElement {
  const { personal } = app.store;
  return (
    <>
      {personal.rules.offered && <RuleList app={app} />}
      {personal.vacation.offered && <VacationForm app={app} />}
      {personal.hasSettings && <ForwardForm app={app} />}
      {personal.senders.offered && (
        <>
          <SenderList app={app} kind="block" />
          <SenderList app={app} kind="allow" />
        </>
      )}
    </>
  );
}
