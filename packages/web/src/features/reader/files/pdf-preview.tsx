import { type ReactElement, useEffect, useState } from 'react';
import type { JmapClient } from '../../../jmap/client.ts';
import type { BodyPart } from '../../../jmap/types.ts';
import { useTexts } from '../../../lib/language.ts';
import { isPdf } from './preview-kind.ts';

interface PdfPreviewProps {
  readonly client: JmapClient;
  readonly part: BodyPart;
}

/** Downloads a PDF and gives it an address of its own; null: it is no PDF. The caller gives the address back. */
async function pdfAddress(client: JmapClient, part: BodyPart): Promise<string | null> {
  const blob = await client.download(part.blobId ?? '', part.name ?? 'file', 'application/pdf');
  if (!isPdf(new Uint8Array(await blob.slice(0, 1024).arrayBuffer()))) return null;
  // Whatever the file says it is, it is never anything but a PDF to the browser.
  return URL.createObjectURL(new Blob([blob], { type: 'application/pdf' }));
}

/**
 * A PDF in the browser's own viewer, in place. The viewer keeps a PDF's scripts to itself and reaches no page of ours; it
 * refuses to work in a frame with a `sandbox`, so the type given to the bytes is what fences them. Browsers without a
 * viewer (most phones) open it in a tab of its own.
 */
export function PdfPreview({ client, part }: PdfPreviewProps): ReactElement {
  const words = useTexts().reading.files;
  const [address, setAddress] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let over = false;
    let made: string | null = null;
    const giveBack = (): void => {
      if (made) URL.revokeObjectURL(made);
    };
    pdfAddress(client, part).then(
      found => {
        made = found;
        if (over) giveBack();
        else if (found) setAddress(found);
        else setFailed(true);
      },
      () => {
        if (!over) setFailed(true);
      },
    );
    return () => {
      over = true;
      giveBack();
    };
  }, [client, part]);
  if (failed) return <p role="alert">{words.failed}</p>;
  if (address === null) return <p className="meta">{words.loading}</p>;
  if (navigator.pdfViewerEnabled)
    return <iframe className="pdf" title={part.name ?? 'PDF'} src={`${address}#navpanes=0&view=FitH`} />;
  return (
    <>
      <p className="meta">{words.pdfHint}</p>
      <a className="button primary" href={address} target="_blank" rel="noreferrer noopener">
        {words.newTab}
      </a>
    </>
  );
}
