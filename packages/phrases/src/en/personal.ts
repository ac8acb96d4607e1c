/** What members find before they set anything themselves. `[[…]]` in templates is what the member fills in. */
export const personalPhrases = {
  'contacts.personal': 'My contacts',
  'contacts.company': 'Company address book',
  'contacts.outside': 'External contacts',
  'vacation.standard': 'I am away at the moment and will answer your mail when I am back.',
  'template.introduction.name': 'Introduce the company',
  'template.introduction.subject': 'Introduction: [[company]]',
  'template.introduction.body':
    'Dear [[title]] [[name]],\nWe are [[company]], and we make [[product]]. Please find our catalogue attached.\nWe would be glad to hear what you need.\nKind regards\n[[sender]]',
  'template.quotation.name': 'Quotation',
  'template.quotation.subject': 'Quotation for [[product]]',
  'template.quotation.body':
    'Dear [[title]] [[name]],\nThank you for your inquiry about [[product]]. Please find our quotation attached. It is valid until [[date]].\nPlease let us know if you have any questions.\nKind regards\n[[sender]]',
  'template.follow_up.name': 'Follow up',
  'template.follow_up.subject': 'Following up on [[product]]',
  'template.follow_up.body':
    'Dear [[title]] [[name]],\nWe wrote to you about [[product]] on [[date]]. Have you had time to look at it?\nIf anything is unclear, we are happy to help.\nKind regards\n[[sender]]',
  'template.order.name': 'Confirm an order',
  'template.order.subject': 'Order confirmation: [[product]]',
  'template.order.body':
    'Dear [[title]] [[name]],\nWe have received your order for [[product]] and will start at once. We expect to ship on [[date]].\nThank you for your trust.\nKind regards\n[[sender]]',
  'template.shipping.name': 'Shipping notice',
  'template.shipping.subject': 'Your order has been shipped: [[product]]',
  'template.shipping.body':
    'Dear [[title]] [[name]],\nYour order of [[product]] was shipped on [[date]]. The documents are attached.\nPlease tell us when the goods have arrived.\nKind regards\n[[sender]]',
  'template.payment.name': 'Payment reminder',
  'template.payment.subject': 'Payment reminder: [[product]]',
  'template.payment.body':
    'Dear [[title]] [[name]],\nAccording to our records the payment for [[product]] was due on [[date]]. Could you please check?\nIf you have paid already, please ignore this mail.\nKind regards\n[[sender]]',
} as const;
