import { type ReactElement, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import type { Signature, Template } from '../../jmap/personal.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { IconChevronDown, IconClock } from '../../ui/icons.ts';
import { Menu } from '../../ui/menu.tsx';
import type { DraftContent } from './draft.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { withSignature } from './signature.ts';
import { fillTemplate, placeholderValues } from './template.ts';

interface ComposerOptionsProps {
  readonly app: MailApp;
  readonly content: DraftContent;
  readonly onChange: (part: Partial<DraftContent>) => void;
  /** Replaces the text in the editor. */
  readonly onBody: (html: string) => void;
  /** What the draft says, with everything typed so far. */
  readonly current: () => DraftContent;
  readonly onSchedule: (at: Date) => void;
  /** On a phone the menu holds what else stands in the bar. */
  readonly onDiscard: (() => void) | null;
}

/** 定时发送, 模板, 签名, 回执 (CMP-06 to CMP-09). */
export function ComposerOptions(props: ComposerOptionsProps): ReactElement {
  const { app, content, onChange, onBody, current } = props;
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.compose;
  const { personal } = app.store;
  const [scheduling, setScheduling] = useState(false);
  const [replacing, setReplacing] = useState<Template | null>(null);
  const maxDelay = app.store.client.submission('maxDelayedSend');
  const signatures = personal.signatures.items;

  const sign = (html: string, signature: Signature | null): void =>
    onBody(withSignature(html, signature, signatures));

  async function use(template: Template): Promise<void> {
    setReplacing(null);
    const identity = app.store.identities.find(({ id }) => id === content.identityId);
    const values = await placeholderValues(app.store, content.to[0], identity, language);
    const { subject, html } = fillTemplate(template, values);
    if (!current().subject.trim()) onChange({ subject });
    sign(html, personal.signatureFor(content.answers ? 'answer' : 'new') ?? null);
  }

  /** Whether a template would write over something: the signature alone is nobody's work. */
  function hasText(): boolean {
    const bare = withSignature(current().html, null, signatures);
    return bare.replaceAll(/<[^>]*>|&nbsp;|\s/g, '') !== '' || bare.includes('<img');
  }

  const loadTemplates = (): void => {
    personal.templates.load().catch((error: unknown) => app.report(error));
  };

  return (
    <>
      {typeof maxDelay === 'number' && !props.onDiscard && (
        <button type="button" className="button plain" onClick={() => setScheduling(true)}>
          <IconClock className="icon" size={18} />
          {words.schedule}
        </button>
      )}
      <span onPointerEnter={loadTemplates} onFocus={loadTemplates}>
        <Menu
          label={
            <>
              {words.options}
              <IconChevronDown className="icon" size={16} />
            </>
          }
          items={[
            ...(props.onDiscard && typeof maxDelay === 'number'
              ? [{ key: 'schedule', label: words.schedule, run: () => setScheduling(true) }]
              : []),
            {
              key: 'receipt',
              label: words.receipt,
              checked: content.receipt,
              many: true,
              run: () => onChange({ receipt: !content.receipt }),
            },
            {
              key: 'important',
              label: words.important,
              checked: content.important,
              many: true,
              run: () => onChange({ important: !content.important }),
            },
            ...(signatures.length
              ? [
                  'line' as const,
                  ...signatures.map(signature => ({
                    key: signature.id,
                    label: `${words.signature}: ${signature.name}`,
                    run: () => sign(current().html, signature),
                  })),
                  {
                    key: 'noSignature',
                    label: words.noSignature,
                    run: () => sign(current().html, null),
                  },
                ]
              : []),
            ...(personal.templates.items.length
              ? [
                  'line' as const,
                  ...personal.templates.items.map(template => ({
                    key: template.id,
                    label: `${words.template}: ${template.name}`,
                    run: () => {
                      if (hasText()) setReplacing(template);
                      else void use(template);
                    },
                  })),
                ]
              : []),
            ...(props.onDiscard
              ? ['line' as const, { key: 'discard', label: words.discard, run: props.onDiscard }]
              : []),
          ]}
        />
      </span>
      {scheduling && (
        <ScheduleDialog
          maxDelaySeconds={typeof maxDelay === 'number' ? maxDelay : 0}
          onClose={() => setScheduling(false)}
          onChoose={at => {
            setScheduling(false);
            props.onSchedule(at);
          }}
        />
      )}
      {replacing && (
        <Confirm
          question={words.replaceText}
          verb={words.replace}
          cancel={texts.settings.cancel}
          danger={false}
          onClose={() => setReplacing(null)}
          onConfirm={() => void use(replacing)}
        />
      )}
    </>
  );
}
