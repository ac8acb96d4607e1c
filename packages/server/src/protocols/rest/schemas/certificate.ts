import { type TUnsafe, Type } from 'typebox';
import type { Certificate } from '../../../domains/certificates/store.ts';
import { moment, named, object, oneOf } from '../kit/schema.ts';

export interface CertificateAnswer extends Omit<Certificate, 'notBefore' | 'notAfter' | 'createdAt'> {
  readonly notBefore: string;
  readonly notAfter: string;
  readonly createdAt: string;
}

export const certificateSchema: TUnsafe<CertificateAnswer> = named<CertificateAnswer>('Certificate')(
  object({
    id: Type.Integer(),
    source: oneOf(['acme', 'uploaded']),
    names: Type.Array(Type.String()),
    notBefore: moment(),
    notAfter: moment(),
    createdAt: moment(),
  }),
);

export function certificateAnswer(certificate: Certificate): CertificateAnswer {
  return {
    ...certificate,
    notBefore: new Date(certificate.notBefore).toISOString(),
    notAfter: new Date(certificate.notAfter).toISOString(),
    createdAt: new Date(certificate.createdAt).toISOString(),
  };
}
