import { type TUnsafe, Type } from 'typebox';
import {
  changeWelcomeSettings,
  type WelcomeSettings,
  welcomeSettings,
} from '../../../../directory/welcome/settings.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { named, object, oneOf } from '../../kit/schema.ts';

const kind = oneOf(['guide', 'own'], { description: 'Our guide to the mailbox, or words of your own' });
const subject = Type.String({ maxLength: 200 });
const text = Type.String({
  maxLength: 20_000,
  description: '`{name}`, `{address}` and `{company}` stand for what they say',
});
const schema: TUnsafe<WelcomeSettings> = named<WelcomeSettings>('WelcomeLetter')(
  object({ on: Type.Boolean(), kind, subject, text }),
);
const place = { path: '/welcome-letter', tag: 'Welcome letter', function: 'company' } as const;

const welcomeGet: Operation = defineOperation({
  ...place,
  id: 'welcomeLetter.get',
  method: 'GET',
  summary: 'The letter that new members find when they sign in for the first time',
  response: schema,
  run: (ctx, call) => welcomeSettings(ctx.directory, call.scope),
});

const welcomeChange: Operation = defineOperation({
  ...place,
  id: 'welcomeLetter.change',
  method: 'PATCH',
  summary: 'Changes what is named',
  wholeCompany: true,
  body: object({
    on: Type.Optional(Type.Boolean()),
    kind: Type.Optional(kind),
    subject: Type.Optional(subject),
    text: Type.Optional(text),
  }),
  response: schema,
  current: (ctx, call) => welcomeSettings(ctx.directory, call.scope),
  sample: { body: { on: true, kind: 'guide' } },
  run: (ctx, call) => changeWelcomeSettings(ctx.directory, call.scope, call.body),
});

export const welcomeOperations: readonly Operation[] = [welcomeGet, welcomeChange];
