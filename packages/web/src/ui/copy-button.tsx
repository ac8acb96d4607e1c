import { type ReactElement, useEffect, useState } from 'react';
import { copyText } from '../lib/clipboard.ts';
import { useTexts } from '../lib/language.ts';

/** How long the button says that it copied, ms. */
const toldMs = 2000;

/** 复制, which becomes 已复制 for a moment. */
export function CopyButton({ text }: { text: string }): ReactElement {
  const texts = useTexts();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), toldMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className="button"
      onClick={() => {
        void copyText(text).then(done => done && setCopied(true));
      }}
    >
      <span aria-live="polite">
        {copied ? texts.security.passwords.copied : texts.security.passwords.copy}
      </span>
    </button>
  );
}
