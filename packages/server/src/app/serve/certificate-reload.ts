import { certificatesVersion, usableCertificates } from '../../domains/certificates/store.ts';
import type { Timer } from '../../platform/clock.ts';
import type { CertificateStore } from '../../platform/net/tls.ts';
import { readCertificates } from '../certificates.ts';
import type { House } from '../house.ts';

/** How often a process looks whether certificates were changed by another, ms. */
const everyMs = 10_000;

/** Keeps the certificates of handshakes what the stores say. */
export interface CertificateReload extends Disposable {
  /** Reads all again now; when one cannot be read, the old ones stay. */
  reload(): Promise<void>;
}

/** Loads the stored certificates into `tls` and does so again whenever they have changed. */
export async function keepCertificates(
  house: House,
  hostname: string,
  tls: CertificateStore,
): Promise<CertificateReload> {
  const { certificates, config, folder, log, clock } = house;
  let version = '';
  let timer: Timer | null = null;
  let ended = false;

  async function reload(): Promise<void> {
    try {
      version = await certificatesVersion(certificates);
      tls.reload(readCertificates(config, folder, hostname, await usableCertificates(certificates)));
      log.info('serve.certificates_reloaded');
    } catch (error) {
      if (!ended) log.error('serve.certificates_unreadable', { error });
    }
  }

  async function look(): Promise<void> {
    if ((await certificatesVersion(certificates)) !== version) await reload();
  }

  function schedule(): void {
    timer = clock.after(everyMs, () => {
      void look()
        .catch((error: unknown) => {
          if (!ended) log.error('serve.certificates_unreadable', { error });
        })
        .finally(() => {
          if (!ended) schedule();
        });
    });
  }

  version = await certificatesVersion(certificates);
  if (version !== '0') await reload();
  schedule();
  return {
    reload,
    [Symbol.dispose]() {
      ended = true;
      timer?.cancel();
    },
  };
}
