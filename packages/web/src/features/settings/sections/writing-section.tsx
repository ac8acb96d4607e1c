import type { ReactElement } from 'react';
import { useTexts } from '../../../lib/language.ts';
import { Card, Select, Switch, TextSetting } from '../../../ui/form.tsx';
import type { SectionProps } from '../settings-page.tsx';
import { useSettings } from '../use-setting.ts';
import { IdentityForm } from './identity-form.tsx';
import { SignatureList } from './signature-list.tsx';
import { TemplateList } from './template-list.tsx';

const fonts = [
  '',
  'Microsoft YaHei',
  'PingFang SC',
  'SimSun',
  'KaiTi',
  'Arial',
  'Georgia',
  'Times New Roman',
] as const;
const fontSizes = [12, 13, 14, 15, 16, 18, 20] as const;
const undoChoices = [0, 5, 10, 20, 30] as const;

/** 写信: how new mail looks and leaves (SET-01 to SET-03, SET-07, SET-10, CMP-08, CMP-09). */
export function WritingSection({ app }: SectionProps): ReactElement {
  const texts = useTexts();
  const words = texts.settings.writing;
  const [settings, save] = useSettings(app);
  const { personal } = app.store;
  return (
    <>
      <Card title={texts.settings.groups.writing}>
        <Select
          label={words.font}
          value={settings.composeFont}
          choices={fonts.map(value => ({ value: value as string, label: value || words.fontDefault }))}
          onChange={composeFont => save({ composeFont })}
        />
        <Select
          label={words.fontSize}
          value={settings.composeFontSize}
          choices={fontSizes.map(value => ({ value: value as number, label: `${value} px` }))}
          onChange={composeFontSize => save({ composeFontSize })}
        />
        <Select
          label={words.quote}
          value={settings.quote}
          choices={[
            { value: 'all', label: words.quoteAll },
            { value: 'none', label: words.quoteNone },
          ]}
          onChange={quote => save({ quote })}
        />
        <Select
          label={words.prefix}
          value={settings.replyPrefix}
          choices={[
            { value: 'en', label: words.prefixEn },
            { value: 'zh', label: words.prefixZh },
          ]}
          onChange={replyPrefix => save({ replyPrefix })}
        />
        <TextSetting
          label={words.replyTo}
          hint={words.replyToHint}
          type="email"
          value={settings.replyTo ?? ''}
          onSave={address => save({ replyTo: address || null })}
        />
        <Switch
          label={words.saveSent}
          checked={settings.saveSent}
          onChange={saveSent => save({ saveSent })}
        />
        <Select
          label={words.undo}
          value={settings.undoSeconds}
          choices={undoChoices.map(value => ({ value: value as number, label: words.seconds(value) }))}
          onChange={undoSeconds => save({ undoSeconds })}
        />
      </Card>
      {personal.signatures.offered ? (
        <SignatureList app={app} />
      ) : (
        app.store.identities.map(identity => <IdentityForm key={identity.id} app={app} identity={identity} />)
      )}
      {personal.templates.offered && <TemplateList app={app} />}
    </>
  );
}
