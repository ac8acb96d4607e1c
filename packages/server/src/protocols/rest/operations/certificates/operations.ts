import { Type } from 'typebox';
import { listExcludedHosts, setAutomatic } from '../../../../domains/certificates/chosen.ts';
import {
  type HostCertificate,
  listHostCertificatesOf,
  orderAgain,
} from '../../../../domains/certificates/hosts.ts';
import {
  listCertificates,
  removeCertificate,
  uploadCertificate,
} from '../../../../domains/certificates/store.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageOfList } from '../../kit/paging.ts';
import { identifier, moment, nullable, object, oneOf, pageOf, paging } from '../../kit/schema.ts';
import { certificateAnswer, certificateSchema } from '../../schemas/certificate.ts';
import { momentOf } from '../../schemas/people.ts';

const pem = (description: string) => Type.String({ minLength: 1, maxLength: 120_000, description });

const certificatesList: Operation = defineOperation({
  id: 'certificates.list',
  method: 'GET',
  path: '/certificates',
  tag: 'Certificates',
  summary: 'Certificates that the company uploaded',
  function: 'domains',
  query: object({ ...paging }),
  response: pageOf(certificateSchema),
  run: async (ctx, call) =>
    pageOfList(
      ctx,
      (await listCertificates(ctx.certificates, call.scope)).map(certificateAnswer),
      call.query,
    ),
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

const certificatesHosts: Operation = defineOperation({
  id: 'certificates.hosts',
  method: 'GET',
  path: '/certificates/hosts',
  tag: 'Certificates',
  summary: 'Host names whose certificates the server orders itself, and how each stands (SEC-11)',
  function: 'domains',
  response: object({
    items: Type.Array(
      object({
        name: Type.String(),
        state: oneOf(['issued', 'failing', 'waiting'], {
          description: '`failing`: the last attempt failed; a valid certificate may still be in use',
        }),
        attempts: Type.Integer({ description: 'Failed since the last success' }),
        nextAttemptAt: nullable(moment()),
        lastError: nullable(Type.String({ description: 'What the authority said, in its words' })),
        notAfter: nullable(moment('End of the certificate in use; null: there is none')),
      }),
    ),
    excluded: Type.Array(Type.String(), { description: 'Host names for which none is ordered' }),
  }),
  run: async (ctx, call) => ({
    items: (await listHostCertificatesOf(ctx.certificates, call.scope)).map(hostAnswer),
    excluded: await listExcludedHosts(ctx.certificates, call.scope),
  }),
});

function hostAnswer({ nextAttemptAt, notAfter, ...rest }: HostCertificate) {
  return {
    ...rest,
    nextAttemptAt: nextAttemptAt === null ? null : momentOf(nextAttemptAt),
    notAfter: notAfter === null ? null : momentOf(notAfter),
  };
}

const certificatesOrderAgain: Operation = defineOperation({
  id: 'certificates.orderAgain',
  method: 'POST',
  path: '/certificates/hosts/{name}/order',
  tag: 'Certificates',
  summary: 'Tries a failed order again within two minutes instead of after its wait',
  function: 'domains',
  wholeCompany: true,
  params: object({ name: Type.String({ minLength: 1, maxLength: 320, description: 'Host name' }) }),
  run: (ctx, call) => orderAgain(ctx.certificates, call.scope, call.params.name),
});

const certificatesAutomatic: Operation = defineOperation({
  id: 'certificates.setAutomatic',
  method: 'PUT',
  path: '/certificates/hosts/{name}/automatic',
  tag: 'Certificates',
  summary: 'Chooses whether the server orders certificates for a host name of the company',
  function: 'domains',
  wholeCompany: true,
  params: object({ name: Type.String({ minLength: 1, maxLength: 320, description: 'Host name' }) }),
  body: object({ automatic: Type.Boolean() }),
  run: (ctx, call) => setAutomatic(ctx.certificates, call.scope, call.params.name, call.body.automatic),
});

export const certificateOperations: readonly Operation[] = [
  certificatesList,
  certificatesAdd,
  certificatesRemove,
  certificatesHosts,
  certificatesOrderAgain,
  certificatesAutomatic,
];
