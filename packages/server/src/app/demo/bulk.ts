import type { Person } from './people.ts';
import type { Random } from './random.ts';
import { dateEn, dateZh } from './script.ts';

/** A message that a machine or a stranger sends to one person. */
export interface BulkMail {
  readonly fromName: string;
  readonly fromLocal: string;
  readonly fromDomain: string;
  readonly subject: string;
  readonly text: string;
  /** Body of the page; none for plain text. */
  readonly html: string | null;
  readonly list: boolean;
  readonly spam: boolean;
}

type Maker = (to: Person, random: Random, day: Date) => BulkMail;

/** A simple page with one heading, as newsletters have it. */
function page(color: string, heading: string, paragraphs: readonly string[], button: string | null): string {
  const body = paragraphs.map(text => `<p style="margin:0 0 14px;line-height:1.7">${text}</p>`).join('\n');
  const link = button
    ? `<p><a href="https://example.com/" style="display:inline-block;padding:10px 22px;background:${color};color:#fff;text-decoration:none;border-radius:4px">${button}</a></p>`
    : '';
  return `<!doctype html>
<html><body style="margin:0;background:#f4f5f7;font-family:-apple-system,'PingFang SC','Microsoft YaHei',Arial,sans-serif;color:#222">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="background:#fff;border-radius:8px">
<tr><td style="padding:20px 28px;background:${color};color:#fff;border-radius:8px 8px 0 0;font-size:20px">${heading}</td></tr>
<tr><td style="padding:26px 28px;font-size:15px">
${body}
${link}
</td></tr></table></td></tr></table>
</body></html>`;
}

function mail(
  from: readonly [name: string, local: string, domain: string],
  subject: string,
  paragraphs: readonly string[],
  options: {
    readonly color?: string;
    readonly button?: string;
    readonly plain?: boolean;
    readonly spam?: boolean;
  } = {},
): BulkMail {
  const { color = '#1e69de', button = null, plain = false, spam = false } = options;
  return {
    fromName: from[0],
    fromLocal: from[1],
    fromDomain: from[2],
    subject,
    text: `${paragraphs.join('\n\n')}\n`,
    html: plain ? null : page(color, subject, paragraphs, button),
    list: !plain && !spam,
    spam,
  };
}

const notices: readonly Maker[] = [
  (_to, random, day) =>
    mail(
      ['电子发票平台', 'noreply', 'fapiao.example'],
      `您有一张新的电子发票，金额 ¥${(random.integer(3_000, 180_000) / 100).toFixed(2)}`,
      [
        `尊敬的用户，您于${dateZh(day, -1)}的消费已开具电子发票。`,
        `发票号码：${random.integer(10_000_000, 99_999_999)}，开票方：${random.pick(['杭州西子餐饮有限公司', '迅达出行科技', '墨石书店', '中北铁路客运'])}。`,
        '发票文件可在平台下载，有效期一年。',
      ],
      { color: '#b3262b', button: '查看发票' },
    ),
  (to, random, day) => {
    const amount = random.integer(800, 9_600);
    return mail(
      ['云服务控制台', 'billing', 'cloud.example'],
      `${dateZh(day)}账单：本月消费 ${amount} 元`,
      [
        `${to.name}，您好：`,
        `截至${dateZh(day)}，本月已产生费用 ${amount} 元，比上月同期${random.pick(['增加', '减少'])} ${random.integer(2, 18)}%。主要来自计算和带宽。`,
        '账户余额充足，无需处理。',
      ],
      { color: '#ff6a00', button: '查看明细' },
    );
  },
  (to, random) =>
    mail(
      ['持续集成', 'ci', 'build.hongyan.test'],
      `构建${random.pick(['成功', '成功', '成功', '失败'])}：gateway #${random.integer(1_800, 2_900)}（main）`,
      [
        `提交人：${to.name}`,
        `耗时 ${random.integer(3, 11)} 分 ${random.integer(1, 59)} 秒，测试 ${random.integer(1_100, 1_420)} 个，跳过 ${random.integer(0, 4)} 个。`,
        `分支 main，提交 ${random.integer(0x1000000, 0xfffffff).toString(16)}。`,
      ],
      { plain: true },
    ),
  (_to, random, day) => {
    const host = `web-0${random.integer(1, 6)}`;
    return mail(
      ['监控告警', 'alert', 'monitor.hongyan.test'],
      `[${random.pick(['警告', '恢复', '恢复', '严重'])}] ${host} ${random.pick(['磁盘使用率', 'CPU 负载', '内存使用率'])} ${random.integer(71, 96)}%`,
      [
        `时间：${day.toISOString().slice(0, 10)} ${random.integer(0, 23)}:${random.integer(10, 59)}`,
        `主机：${host}，阈值 80%，持续 5 分钟。`,
      ],
      { plain: true },
    );
  },
  (to, random, day) =>
    mail(
      ['差旅助手', 'trip', 'travel.example'],
      `行程确认：${dateZh(day, 3)} 杭州东 → ${random.pick(['上海虹桥', '北京南', '深圳北', '苏州'])}`,
      [
        `${to.name}，您的车票已出票成功。`,
        `车次 G${random.integer(7_300, 7_799)}，${random.integer(2, 16)} 车 ${random.integer(1, 18)}${random.pick(['A', 'C', 'D', 'F'])} 号，${random.integer(7, 19)}:${random.integer(10, 55)} 开。`,
        '请携带有效证件，提前 20 分钟到站。改签和退票请在发车前办理。',
      ],
      { color: '#0a7d5a', button: '查看行程' },
    ),
  (to, random) =>
    mail(
      ['快递通知', 'notice', 'express.example'],
      `您的包裹已到达${random.pick(['前台', '菜鸟驿站', '丰巢柜'])}`,
      [
        `${to.name}，您有一个包裹（尾号 ${random.integer(1_000, 9_999)}）已送达，取件码 ${random.integer(1, 9)}-${random.integer(1, 9)}-${random.integer(1_000, 9_999)}。`,
        '请于 24 小时内领取。',
      ],
      { plain: true },
    ),
  to =>
    mail(
      ['Calendar', 'calendar', 'meet.example'],
      'Reminder: weekly sync with the overseas team',
      [
        `Hi ${to.english},`,
        'your meeting “Weekly sync with the overseas team” starts tomorrow at 16:00 (Shanghai). Dial-in details have not changed.',
      ],
      { plain: true },
    ),
];

const newsletters: readonly Maker[] = [
  (_to, random, day) =>
    mail(
      ['科技早报', 'daily', 'news.example'],
      `科技早报 ${dateZh(day)}：${random.pick(['国产传感器出货量再创新高', '开源社区发布年度报告', '工业物联网标准征求意见', '多地推进数字政务互通'])}`,
      [
        `【头条】${random.pick(['业内预计明年设备联网数量将继续保持两位数增长，边缘计算成为投入重点。', '报告显示，中小企业上云的主要顾虑仍是成本和数据安全。', '新标准强调设备身份认证与固件升级，过渡期两年。'])}`,
        `【速览】本周共收录 ${random.integer(21, 48)} 条行业动态，其中融资 ${random.integer(3, 9)} 起。`,
        '【观点】好的产品不是功能最多，而是让人忘记它的存在。',
      ],
      { color: '#24315e', button: '阅读全文' },
    ),
  (_to, random, day) =>
    mail(
      ['Engineering Digest', 'digest', 'reading.example'],
      `${random.pick(['What we learned from a slow query', 'Queues, backpressure and patience', 'Reading other people’s code', 'The cost of one more dependency'])}, and five more links`,
      [
        `The week of ${dateEn(day, -6)} in six links, each worth your coffee break.`,
        random.pick([
          'A team halves its response times by deleting a cache, and explains why the cache was the problem.',
          'An old paper on group commit reads as if it had been written last month.',
          'Why the best incident reports are boring, with three examples.',
        ]),
        'See you next week.',
      ],
      { color: '#0b6e4f', button: 'Read online' },
    ),
  (_to, random, day) =>
    mail(
      ['西湖读书会', 'hello', 'reading-club.example'],
      `${dateZh(day, 7)}线下活动：${random.pick(['城市与步行', '写作是一种思考', '漫谈宋韵茶事', '科幻里的江南'])}`,
      [
        `本期我们共读一本小书，时间是${dateZh(day, 7)}下午两点，地点在北山街的老房子里。`,
        `名额 ${random.integer(15, 30)} 位，含一杯茶和一块点心。可以带朋友，也可以只是来坐坐。`,
      ],
      { color: '#6b4f2a', button: '我要报名' },
    ),
];

const spam: readonly Maker[] = [
  (_to, random) =>
    mail(
      ['财务部小刘', `fp${random.integer(100, 999)}`, 'kaipiao-vip.example'],
      `代 开 各 行 业 ${random.pick(['正规', '增值税'])}發 票 点数优惠`,
      [
        `您好！我司可长期代开餐饮、住宿、建材、运输等发票，验证后付款，点数低至 ${random.integer(1, 3)}%。`,
        `联系：张经理 微信 fp${random.integer(10_000, 99_999)}（收到请保留，以备急用）`,
      ],
      { plain: true, spam: true },
    ),
  (to, random) =>
    mail(
      ['邮箱管理员', 'admin', 'mail-security-check.example'],
      '【重要】您的邮箱将于 24 小时后停用，请立即验证',
      [
        `尊敬的用户 ${to.local}@${to.domain}：`,
        `系统检测到您的邮箱容量已使用 ${random.integer(95, 99)}%，为避免停用，请点击下方链接重新登录验证。逾期未验证，邮件将被永久删除。`,
      ],
      { color: '#c0392b', button: '立即验证', spam: true },
    ),
  (_to, random) =>
    mail(
      ['HR培训中心', `px${random.integer(10, 99)}`, 'peixun-online.example'],
      `${random.pick(['中层管理干部执行力训练', '采购谈判与成本控制', 'Excel 在财务中的高级应用'])}（上海/深圳/北京）`,
      [
        '两天一夜，名师面授，课后可获电子证书。',
        `原价 ${random.integer(38, 68) * 100} 元，本周报名立减 ${random.integer(5, 12) * 100} 元，三人同行一人免单！`,
        '如不需要，敬请谅解打扰。',
      ],
      { color: '#8e44ad', button: '马上报名', spam: true },
    ),
  (_to, random) =>
    mail(
      ['Mrs. Evelyn Harper', `evelyn.h${random.integer(10, 99)}`, 'freemail-box.example'],
      'Dear beloved, a donation for you',
      [
        'Greetings to you. I am a widow of 71 years and suffering from a long illness. My late husband left the sum of $4,700,000.00 in a bank, and I have decided to donate it to someone trustworthy.',
        'Kindly reply with your full name, address and telephone number so that my lawyer can contact you. Remain blessed.',
      ],
      { plain: true, spam: true },
    ),
  (_to, random) =>
    mail(
      ['SEO Expert Rahul', 'rahul', 'rank-booster.example'],
      'Re: your website is not on first page',
      [
        'Hi, I was looking at your website and found many errors that keep you from the first page of search results.',
        `We can bring ${random.integer(200, 900)} new visitors a day. Shall I send you our price list? It is FREE to ask.`,
      ],
      { plain: true, spam: true },
    ),
  (to, random) =>
    mail(
      ['Document Portal', 'no-reply', 'secure-docs-viewer.example'],
      `${to.english}, you received (${random.integer(2, 4)}) encrypted documents`,
      [
        'Someone has shared confidential documents with you. They will expire today.',
        'Sign in with your work account to read them.',
      ],
      { color: '#2c3e50', button: 'View documents', spam: true },
    ),
];

/** A message that a machine or list sends. */
export function makeNotice(to: Person, random: Random, day: Date): BulkMail {
  return random.pick(random.chance(0.6) ? notices : newsletters)(to, random, day);
}

/** A message that nobody asked for. */
export function makeSpam(to: Person, random: Random, day: Date): BulkMail {
  return random.pick(spam)(to, random, day);
}
