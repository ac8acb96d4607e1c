import type { personalPhrases as en } from '../en/personal.ts';

/** 成员自己设置之前看到的内容。 */
export const personalPhrases: Record<keyof typeof en, string> = {
  'contacts.personal': '个人通讯录',
  'contacts.company': '企业通讯录',
  'contacts.outside': '外部联系人',
  'vacation.standard': '我暂时不在，回来后会回复你的邮件。',
  'template.introduction.name': '公司介绍',
  'template.introduction.subject': '[[company]] 简介',
  'template.introduction.body':
    '尊敬的 [[name]] [[title]]：\n我们是 [[company]]，主营 [[product]]。附件是产品目录，供参考。\n期待了解贵方的需求。\n此致\n[[sender]]',
  'template.quotation.name': '报价',
  'template.quotation.subject': '[[product]] 报价',
  'template.quotation.body':
    '尊敬的 [[name]] [[title]]：\n感谢询价。附件是 [[product]] 的报价单，有效期至 [[date]]。\n如有疑问，欢迎随时联系。\n此致\n[[sender]]',
  'template.follow_up.name': '跟进',
  'template.follow_up.subject': '关于 [[product]] 的跟进',
  'template.follow_up.body':
    '尊敬的 [[name]] [[title]]：\n我们于 [[date]] 来信介绍过 [[product]]，不知是否已经看过？\n如有不清楚的地方，我们很乐意说明。\n此致\n[[sender]]',
  'template.order.name': '订单确认',
  'template.order.subject': '订单确认：[[product]]',
  'template.order.body':
    '尊敬的 [[name]] [[title]]：\n[[product]] 的订单已收到，我们将立即安排，预计 [[date]] 发货。\n感谢信任。\n此致\n[[sender]]',
  'template.shipping.name': '发货通知',
  'template.shipping.subject': '已发货：[[product]]',
  'template.shipping.body':
    '尊敬的 [[name]] [[title]]：\n[[product]] 已于 [[date]] 发货，单据见附件。\n收到货物后请告知我们。\n此致\n[[sender]]',
  'template.payment.name': '付款提醒',
  'template.payment.subject': '付款提醒：[[product]]',
  'template.payment.body':
    '尊敬的 [[name]] [[title]]：\n根据我们的记录，[[product]] 的款项应于 [[date]] 支付，请核对。\n如已付款，请忽略本邮件。\n此致\n[[sender]]',
};
