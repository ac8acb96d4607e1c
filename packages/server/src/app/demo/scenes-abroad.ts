import { customersAbroad } from './people.ts';
import { type Conversation, dateEn, opening, type Scene, type Stage } from './script.ts';

function overseasOrder(stage: Stage): Conversation {
  const { random, day } = stage;
  const emma = stage.by('emma.fischer');
  const client = random.pick(customersAbroad);
  const goods = random.pick([
    '200 gateway units',
    'the access terminals',
    'a pilot of 25 scanners',
    'the dashboard licence',
    'spare antennas',
  ]);
  const eta = random.integer(18, 40);
  return {
    subject: random.pick([`Lead time for ${goods}`, `Order confirmation: ${goods}`, `Shipping of ${goods}`]),
    language: 'en',
    turns: opening(random.integer(2, 4), [
      {
        from: client,
        to: [emma],
        text: `Dear Emma,

thank you for the call on Monday. Our board has approved ${goods}. Could you confirm the lead time and whether you can ship in two batches? The first half is needed by ${dateEn(day, 30)}; the rest can follow a month later.

Please also let me know which documents you need from us for customs.

Kind regards,`,
      },
      {
        from: emma,
        to: [client],
        cc: [stage.by('huangtao')],
        after: [5, 22],
        text: `Dear ${client.english},

great news, thank you! Two batches are no problem. The first can leave Ningbo on ${dateEn(day, eta - 10)} and should arrive around ${dateEn(day, eta)}.

For customs we only need your EORI number (or the local equivalent) and the delivery address as it is registered. The pro forma invoice is attached; payment terms are unchanged, 30 % in advance and 70 % against documents.

Best regards,`,
        files: [{ kind: 'pdf', name: 'pro-forma-invoice.pdf', title: `Pro forma invoice: ${goods}` }],
      },
      {
        from: client,
        to: [emma],
        after: [6, 30],
        text: `Dear Emma,

received, and forwarded to accounting. You should see the advance payment by the end of the week.

One small thing: please put our PO number ${random.integer(4_500, 9_800)} on every carton, otherwise the warehouse will send them straight back.`,
      },
      {
        from: emma,
        to: [client],
        cc: [stage.by('songmei')],
        after: [1, 9],
        text: `Will do: the PO number goes on every carton and on the packing list. Mei in copy takes care of the labels.`,
      },
    ]),
  };
}

function overseasSupport(stage: Stage): Conversation {
  const { random } = stage;
  const client = random.pick(customersAbroad);
  const emma = stage.by('emma.fischer');
  const bob = stage.by('bob');
  const [subject, trouble, answer] = random.pick([
    [
      'Time stamps off by one hour',
      'since the clocks changed, all time stamps in the exported reports are one hour early. The screens look right.',
      'the export still used a fixed offset instead of the time zone of your account. It is fixed in 3.1.4, which is on your server since this morning.',
    ],
    [
      'API returns 429 at night',
      'our nightly sync now stops with status 429 after a few minutes. We did not change anything on our side.',
      'the new rate limit was meant for anonymous calls only. Your key is exempt again, and the response now carries a Retry-After header, so your client can simply wait.',
    ],
    [
      'Gateway offline after power cut',
      'two gateways did not come back after a power cut last night. The status LED blinks amber.',
      'amber means that the clock was lost. Please hold the reset key for five seconds; the firmware of next week sets the clock by itself before anything else.',
    ],
    [
      'Question about data retention',
      'our auditor would like to know how long you keep access logs and where they are stored.',
      'access logs are kept for 180 days on your own server and nowhere else. I have attached the page from the manual that says so.',
    ],
  ] as const);
  return {
    subject,
    language: 'en',
    turns: [
      {
        from: client,
        to: [emma],
        text: `Hello Emma,\n\n${trouble[0]?.toUpperCase()}${trouble.slice(1)} Could somebody have a look?\n\nThanks,`,
      },
      {
        from: emma,
        to: [bob],
        cc: [client],
        after: [0.5, 7],
        text: `Hi Bob, could you please look into this today? ${client.english} is in copy.`,
      },
      {
        from: bob,
        to: [client],
        cc: [emma],
        after: [2, 14],
        text: `Hello ${client.english},\n\n${answer[0]?.toUpperCase()}${answer.slice(1)}\n\nSorry for the trouble, and thank you for the clear description.`,
        ...(answer.includes('attached') && {
          files: [{ kind: 'pdf' as const, name: 'manual-retention.pdf', title: 'Data retention' }],
        }),
      },
      {
        from: client,
        to: [bob, emma],
        after: [3, 20],
        text: random.pick([
          'Works, thank you both!',
          'Confirmed, all good now. Much appreciated.',
          'Perfect. I will close the ticket on our side.',
        ]),
      },
    ],
  };
}

function fair(stage: Stage): Conversation {
  const { random, day } = stage;
  const emma = stage.by('emma.fischer');
  const xujing = stage.by('xujing');
  return {
    subject: random.pick([
      'Booth graphics for Hannover',
      'Trade fair checklist',
      'English brochure, second draft',
    ]),
    language: 'en',
    turns: opening(random.integer(2, 3), [
      {
        from: emma,
        to: [xujing, stage.by('zhengjie')],
        text: `Hi both,

the organisers want the final graphics by ${dateEn(day, 9)}. I have three remarks on the last draft:

1. The headline is too long for the left wall. How about “Everything in its place”?
2. Please show the terminal in use, with a hand in the picture; it looks like a thermostat otherwise.
3. Contact details: one address is enough, sales@, and the QR code.

Shall we look at it together tomorrow morning?`,
      },
      {
        from: xujing,
        to: [emma, stage.by('zhengjie')],
        after: [1, 9],
        text: `Tomorrow 9:30 works for me. I like the short headline. 郑洁，第二点的照片上次拍过一组，在共享盘“2026 拍摄”里，可以直接用。`,
      },
      {
        from: stage.by('zhengjie'),
        to: [emma, xujing],
        after: [2, 20],
        text: '新版见附件，标题和照片都换了，二维码实测可以扫。If the printer needs outlines instead of fonts, just tell me.',
        files: [{ kind: 'png', name: 'booth-left-wall.png', title: 'Everything in its place' }],
      },
    ]),
  };
}

/** Customers abroad, in English. */
export const abroadScenes: readonly (readonly [weight: number, scene: Scene])[] = [
  [9, overseasOrder],
  [9, overseasSupport],
  [4, fair],
];
