import assert from 'node:assert/strict';
import type { FuzzTarget } from '@hongyan/formats/fuzz.ts';
import { outlookError, requestedAddress } from './outlook.ts';
import { escapeXml, readElements } from './xml.ts';

/** Requests for settings come from anybody: whatever they are, an address or nothing comes out, and never markup. */
export const target: FuzzTarget = {
  name: 'outlook autodiscover',
  *seeds() {
    yield Buffer.from(
      '<?xml version="1.0"?><Autodiscover xmlns="x"><Request><EMailAddress>a@b.test</EMailAddress></Request></Autodiscover>',
    );
    yield Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><a:EMailAddress>&b;@b.test</a:EMailAddress>');
    yield Buffer.from('<a><![CDATA[<b>]]><!-- --><EMailAddress>&#x41;&amp;</EMailAddress></a>');
  },
  dictionary: [
    '<EMailAddress>',
    '</EMailAddress>',
    '<!DOCTYPE',
    '<!ENTITY',
    '&amp;',
    '&#0;',
    ']]>',
    '<?',
    'xmlns:',
  ],
  run(input) {
    const xml = Buffer.from(input).toString('utf8');
    const address = requestedAddress(xml);
    assert.ok(address === null || (address.length > 0 && address.length <= 320));
    for (const text of readElements(xml, ['EMailAddress'])?.values() ?? []) assert.ok(text.length <= 2_000);
    const written = readElements(`<a><b>${escapeXml(xml.slice(0, 500))}</b></a>`, ['b']);
    assert.notEqual(written, null);
    assert.ok(readElements(outlookError(600, 0), ['ErrorCode'])?.get('ErrorCode') === '600');
  },
};
