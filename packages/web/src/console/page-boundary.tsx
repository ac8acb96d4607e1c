import type { ConsolePhrases } from '@hongyan/phrases/console/zh.ts';
import { Component, type ReactNode } from 'react';

/** Keeps a page that fails, or that cannot be fetched after an update, from taking the whole console with it. */
export class PageBoundary extends Component<
  { readonly texts: ConsolePhrases; readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const { shell } = this.props.texts;
    return (
      <div className="console-note" role="alert">
        <p>{shell.pageFailed}</p>
        <button type="button" className="button primary" onClick={() => location.reload()}>
          {shell.reload}
        </button>
      </div>
    );
  }
}
