import { type ReactElement, useContext } from 'react';
import { useTexts } from '../../../lib/language.ts';
import { Card, Select, Switch } from '../../../ui/form.tsx';
import { AppearanceContext } from '../appearance.ts';
import type { SectionProps } from '../settings-page.tsx';
import { useSettings } from '../use-setting.ts';

const pageSizes = [20, 50, 100, 200] as const;
const readAfter = [0, 2, 5, -1] as const;

/** 常规: language, list and reading (SET-04 to SET-06, SET-08, SET-09, REA-09, REA-11). */
export function GeneralSection({ app }: SectionProps): ReactElement {
  const texts = useTexts();
  const words = texts.settings.general;
  const [settings, save] = useSettings(app);
  const appearance = useContext(AppearanceContext);

  async function notify(wanted: boolean): Promise<void> {
    if (wanted && (await Notification.requestPermission()) !== 'granted') {
      app.toasts.show({ text: words.notificationsBlocked, tone: 'error' });
      return;
    }
    save({ desktopNotifications: wanted });
  }

  return (
    <Card title={texts.settings.groups.general}>
      <Select
        label={words.language}
        value={appearance.language}
        choices={[
          { value: 'zh', label: '简体中文' },
          { value: 'en', label: 'English' },
        ]}
        onChange={language => {
          appearance.chooseLanguage(language);
          if (app.store.personal.hasSettings) save({ language: language === 'zh' ? 'zh-CN' : 'en' });
        }}
      />
      <Select
        label={words.theme}
        value={appearance.theme}
        choices={(['auto', 'light', 'dark'] as const).map(value => ({ value, label: texts.top[value] }))}
        onChange={theme => {
          appearance.chooseTheme(theme);
          if (app.store.personal.hasSettings) save({ theme });
        }}
      />
      <Select
        label={words.density}
        value={settings.density}
        choices={(['compact', 'standard', 'comfortable'] as const).map(value => ({
          value,
          label: words[value],
        }))}
        onChange={density => save({ density })}
      />
      <Select
        label={words.landing}
        value={settings.landingPage}
        choices={(['home', 'inbox', 'unread'] as const).map(value => ({ value, label: words[value] }))}
        onChange={landingPage => save({ landingPage })}
      />
      <Select
        label={words.pageSize}
        value={settings.pageSize}
        choices={pageSizes.map(value => ({ value, label: `${value}` }))}
        onChange={pageSize => save({ pageSize })}
      />
      <Switch
        label={words.conversations}
        checked={settings.conversationView}
        onChange={conversationView => save({ conversationView })}
      />
      <Switch
        label={words.showPreview}
        checked={settings.showPreview}
        onChange={showPreview => save({ showPreview })}
      />
      <Switch label={words.showSize} checked={settings.showSize} onChange={showSize => save({ showSize })} />
      <Switch
        label={words.quickCompose}
        checked={settings.quickCompose}
        onChange={quickCompose => save({ quickCompose })}
      />
      <Switch
        label={words.shortcuts}
        checked={settings.keyboardShortcuts}
        onChange={keyboardShortcuts => save({ keyboardShortcuts })}
      />
      <Select
        label={words.markRead}
        value={settings.markReadAfterSeconds}
        choices={readAfter.map(value => ({
          value,
          label: value < 0 ? words.markNever : value === 0 ? words.markAtOnce : words.markAfter(value),
        }))}
        onChange={markReadAfterSeconds => save({ markReadAfterSeconds })}
      />
      <Select
        label={words.images}
        value={settings.remoteImages}
        choices={[
          { value: 'ask', label: words.imagesAsk },
          { value: 'always', label: words.imagesAlways },
          { value: 'never', label: words.imagesNever },
        ]}
        onChange={remoteImages => save({ remoteImages })}
      />
      <Select
        label={words.receipts}
        value={settings.sendReceipts}
        choices={[
          { value: 'ask', label: words.receiptsAsk },
          { value: 'always', label: words.receiptsAlways },
          { value: 'never', label: words.receiptsNever },
        ]}
        onChange={sendReceipts => save({ sendReceipts })}
      />
      {'Notification' in globalThis && (
        <>
          <Switch
            label={words.notifications}
            checked={settings.desktopNotifications}
            onChange={wanted => void notify(wanted)}
          />
          <Switch
            label={words.sound}
            checked={settings.notificationSound}
            disabled={!settings.desktopNotifications}
            onChange={notificationSound => save({ notificationSound })}
          />
        </>
      )}
    </Card>
  );
}
