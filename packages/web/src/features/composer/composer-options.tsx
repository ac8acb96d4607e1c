import { type ReactElement, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import type { Template } from '../../jmap/personal.ts';
import { displayName } from '../../lib/addresses.ts';
import { useTexts } from '../../lib/language.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { IconChevronDown, IconClock } from '../../ui/icons.ts';
import { Menu } from '../../ui/menu.tsx';
import { type DraftContent, withSignature } from './draft.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';

interface ComposerOptionsProps {
  readonly app: MailApp;
  readonly content: DraftContent;
  readonly onChange: (part: Partial<DraftContent>) => void;
  /** Replaces the text in the editor. */
  readonly onBody: (html: string) => void;
  /** What the draft says, with everything typed so far. */
  readonly current: () => DraftContent;
  readonly onSchedule: (at: Date) => void;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** 定时发送, 模板, 签名, 回执 (CMP-06 to CMP-09). */
export function ComposerOptions(props: ComposerOptionsProps): ReactElement {
  const { app, content, onChange, onBody, current } = props;
  const texts = useTexts();
  const words = texts.compose;
  const { personal } = app.store;
  const [scheduling, setScheduling] = useState(false);
  const [replacing, setReplacing] = useState<Template | null>(null);
  const maxDelay = app.store.client.submission('maxDelayedSend');

  function use(template: Template): void {
    const to = content.to[0];
    const fill = (text: string, name: string): string => text.replaceAll(/\{\{\s*name\s*\}\}/g, name);
    const name = to ? displayName(to) : '';
    const subject = content.subject.trim() ? content.subject : fill(template.subject, name);
    onChange({ subject });
    const signature = personal.signatureFor(content.answers ? 'answer' : 'new') ?? null;
    onBody(withSignature(fill(template.htmlBody, escapeHtml(name)), signature));
    setReplacing(null);
  }

  const loadTemplates = (): void => {
    personal.templates.load().catch((error: unknown) => app.report(error));
  };

  return (
    <>
      {typeof maxDelay === 'number' && (
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
            ...(personal.signatures.items.length
              ? [
                  'line' as const,
                  ...personal.signatures.items.map(signature => ({
                    key: signature.id,
                    label: `${words.signature}: ${signature.name}`,
                    run: () => {
                      onBody(withSignature(current().html, signature));
                    },
                  })),
                  {
                    key: 'noSignature',
                    label: words.noSignature,
                    run: () => {
                      onBody(withSignature(current().html, null));
                    },
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
                      if (current().text.trim() && !content.answers) setReplacing(template);
                      else use(template);
                    },
                  })),
                ]
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
          onConfirm={() => use(replacing)}
        />
      )}
    </>
  );
}
