import { Component, type ReactNode } from 'react';
import { initialLanguage, phrases } from '../lib/language.ts';

/** What is left when a screen fails: a sentence and a way back. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const texts = phrases[initialLanguage()];
    return (
      <main className="crash">
        <p role="alert">{texts.error.crash}</p>
        <button type="button" className="button primary" onClick={() => location.reload()}>
          {texts.error.reload}
        </button>
      </main>
    );
  }
}
