import { type ReactElement, useEffect, useState } from 'react';
import { explain, type MailApp } from '../../../app/mail-app.ts';
import type { FilterRule } from '../../../jmap/personal.ts';
import { useTexts } from '../../../lib/language.ts';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { IconChevronDown } from '../../../ui/icons.ts';
import { Menu } from '../../../ui/menu.tsx';
import { type NewRule, RuleDialog } from './rule-dialog.tsx';
import { ruleText } from './rule-text.ts';

type Asking =
  | { readonly kind: 'add' }
  | { readonly kind: 'edit' | 'remove'; readonly rule: FilterRule }
  | null;

interface Applied {
  readonly scanned: number;
  readonly matched: number;
  readonly changed: number;
  readonly position: number;
  readonly hasMore: boolean;
}

/** 过滤规则: the rules in their order, each a sentence (FLT-01). */
export function RuleList({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const words = texts.receiving.rules;
  const { store } = app;
  const { rules, labels } = store.personal;
  const [asking, setAsking] = useState<Asking>(null);
  useEffect(() => {
    Promise.all([rules.load(), labels.load()]).catch((error: unknown) => app.report(error));
  }, [rules, labels, app]);
  const sorted = [...rules.items].sort((a, b) => a.sortOrder - b.sortOrder || a.id.localeCompare(b.id));

  const run = (work: Promise<unknown>): void => {
    setAsking(null);
    work.then(
      () => app.toasts.show({ text: texts.settings.saved, stayMs: 2000 }),
      (error: unknown) =>
        app.toasts.show({ text: texts.settings.notSaved(explain(error, texts)), tone: 'error' }),
    );
  };

  async function swap(at: number, step: number): Promise<void> {
    const order = [...sorted];
    const [moved] = order.splice(at, 1);
    if (!moved) return;
    order.splice(at + step, 0, moved);
    for (const [index, rule] of order.entries())
      if (rule.sortOrder !== index) await rules.update(rule.id, { sortOrder: index });
  }

  /** Runs a rule over the inbox, part by part, until the server has seen everything. */
  async function apply(rule: FilterRule): Promise<void> {
    const inbox = store.mailboxByRole('inbox');
    if (!inbox) return;
    const sum = { scanned: 0, matched: 0, changed: 0 };
    for (let position = 0, more = true; more; ) {
      const part: Applied = await store.client.one<Applied>('FilterRule/apply', {
        ids: [rule.id],
        mailboxId: inbox.id,
        position,
      });
      sum.scanned += part.scanned;
      sum.matched += part.matched;
      sum.changed += part.changed;
      ({ position } = part);
      more = part.hasMore;
    }
    await store.sync();
    app.toasts.show({ text: words.applied(sum.scanned, sum.matched, sum.changed) });
  }

  return (
    <Card
      title={words.title}
      hint={words.hint}
      actions={
        <button type="button" className="button" onClick={() => setAsking({ kind: 'add' })}>
          {words.add}
        </button>
      }
    >
      {rules.loaded && sorted.length === 0 && <p className="meta settings-empty">{words.none}</p>}
      <ol className="settings-list">
        {sorted.map((rule, at) => (
          <li key={rule.id}>
            <input
              type="checkbox"
              role="switch"
              className="switch"
              aria-label={`${words.enabled}: ${rule.name}`}
              checked={rule.isEnabled}
              onChange={event =>
                void rules
                  .update(rule.id, { isEnabled: event.target.checked })
                  .catch((error: unknown) => app.report(error))
              }
            />
            <div className="grow">
              <div className="strong clip">{rule.name}</div>
              <div className="meta">{ruleText(rule, store, texts)}</div>
            </div>
            <button type="button" className="button plain" onClick={() => setAsking({ kind: 'edit', rule })}>
              {texts.settings.edit}
            </button>
            <Menu
              align="end"
              name={`${texts.mail.more}: ${rule.name}`}
              label={
                <>
                  {texts.mail.more}
                  <IconChevronDown className="icon" size={16} />
                </>
              }
              items={[
                {
                  key: 'apply',
                  label: words.apply,
                  run: () => void apply(rule).catch(error => app.report(error)),
                },
                ...(at > 0 ? [{ key: 'up', label: words.up, run: () => run(swap(at, -1)) }] : []),
                ...(at < sorted.length - 1
                  ? [{ key: 'down', label: words.down, run: () => run(swap(at, 1)) }]
                  : []),
                'line',
                {
                  key: 'remove',
                  label: texts.settings.remove,
                  danger: true,
                  run: () => setAsking({ kind: 'remove', rule }),
                },
              ]}
            />
          </li>
        ))}
      </ol>
      {(asking?.kind === 'add' || asking?.kind === 'edit') && (
        <RuleDialog
          app={app}
          rule={asking.kind === 'edit' ? asking.rule : null}
          onClose={() => setAsking(null)}
          onSave={(value: NewRule) =>
            run(
              asking.kind === 'edit'
                ? rules.update(asking.rule.id, { ...value })
                : rules.create({ ...value, sortOrder: sorted.length, isEnabled: true }),
            )
          }
        />
      )}
      {asking?.kind === 'remove' && (
        <Confirm
          question={words.removeConfirm(asking.rule.name)}
          verb={texts.settings.remove}
          cancel={texts.settings.cancel}
          onClose={() => setAsking(null)}
          onConfirm={() => run(rules.destroy([asking.rule.id]))}
        />
      )}
    </Card>
  );
}
