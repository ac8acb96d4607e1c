import { Type } from 'typebox';
import {
  listCertificates,
  removeCertificate,
  uploadCertificate,
} from '../../../../domains/certificates/store.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { certificateAnswer, certificateSchema } from '../../schemas/certificate.ts';

const pem = (description: string) => Type.String({ minLength: 1, maxLength: 120_000, description });

const certificatesList: Operation = defineOperation({
  id: 'certificates.list',
  method: 'GET',
  path: '/certificates',
  tag: 'Certificates',
  summary: 'Certificates that the company uploaded',
  function: 'domains',
  response: object({ items: Type.Array(certificateSchema) }),
  run: async (ctx, call) => ({
    items: (await listCertificates(ctx.certificates, call.scope)).map(certificateAnswer),
  }),
});

const certificatesAdd: Operation = defineOperation({
  id: 'certificates.add',
  method: 'POST',
  path: '/certificates',
  tag: 'Certificates',
  summary: 'Uploads a certificate for host names in the company’s domains',
  function: 'domains',
  wholeCompany: true,
  body: object({
    chain: pem('PEM, own certificate first'),
    key: pem('Private key, PEM, not encrypted'),
    host: Type.Optional(
      Type.String({ minLength: 1, maxLength: 320, description: 'Host name it has to be for' }),
    ),
  }),
  response: certificateSchema,
  async run(ctx, call) {
    const { chain, key, host } = call.body;
    const added = await uploadCertificate(ctx.certificates, call.scope, chain, key, host ?? null);
    return created(certificateAnswer(added), '/certificates');
  },
});

const certificatesRemove: Operation = defineOperation({
  id: 'certificates.remove',
  method: 'DELETE',
  path: '/certificates/{id}',
  tag: 'Certificates',
  summary: 'Removes an uploaded certificate',
  function: 'domains',
  wholeCompany: true,
  params: object({ id: identifier('Certificate') }),
  run: (ctx, call) => removeCertificate(ctx.certificates, call.scope, call.params.id),
});

export const certificateOperations: readonly Operation[] = [
  certificatesList,
  certificatesAdd,
  certificatesRemove,
];
