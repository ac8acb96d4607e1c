import { type Conversation, dateWithDayZh, dateZh, type Scene, type Stage } from './script.ts';

function leave(stage: Stage): Conversation {
  const { random, day } = stage;
  const person = stage.someone(random.pick(['rd', 'sales', 'office']));
  const boss = random.pick([stage.by('zhangwei'), stage.by('huangtao'), stage.by('wangjianguo')]);
  const head = boss === person ? stage.by('wangjianguo') : boss;
  const days = random.integer(1, 5);
  const cover = stage.someone(person.department ?? 'rd', person);
  return {
    subject: `请假申请：${person.name}，${dateZh(day, 3)}起 ${days} 天`,
    language: 'zh',
    turns: [
      {
        from: person,
        to: [head],
        cc: [stage.by('dengchao')],
        text: `${head.call}：

${random.pick(['家里老人住院需要陪护', '孩子学校开运动会', '回老家办理房产手续', '年假还剩几天，想和家人出去走走', '预约了牙科手术'])}，想从${dateWithDayZh(day, 3)}起请${random.pick(['年假', '事假', '调休'])} ${days} 天。

手头的事已经交接给${cover.name}，急事可以打我手机，随时接。`,
      },
      {
        from: head,
        to: [person],
        cc: [stage.by('dengchao')],
        after: [0.5, 8],
        text: random.pick([
          '同意，安心处理家里的事。',
          '批准，交接清单抄我一份。',
          '可以。回来前一天跟我说一声。',
        ]),
      },
    ],
  };
}

function expense(stage: Stage): Conversation {
  const { random } = stage;
  const person = stage.someone(random.pick(['rd', 'sales', 'sales']));
  const finance = stage.by('gaoyan');
  const city = random.pick(['上海', '宁波', '苏州', '深圳', '北京', '成都', '无锡']);
  const amount = (random.integer(68_000, 612_000) / 100).toFixed(2);
  const missing = random.pick(['酒店的水单', '一张 86 元的打车票', '高铁返程票', '招待费的事前审批单']);
  return {
    subject: `${city}出差报销 ${amount} 元`,
    language: 'zh',
    turns: [
      {
        from: person,
        to: [finance],
        text: `高姐好，上周去${city}出差的报销单已经提交，合计 ${amount} 元，电子发票打包在附件里，纸质的下午放您桌上。麻烦审核，谢谢！`,
        files: [{ kind: 'pdf', name: `${city}出差发票.pdf`, title: `发票 ${amount} 元` }],
      },
      {
        from: finance,
        to: [person],
        after: [3, 26],
        text: random.chance(0.5)
          ? `看过了，还缺${missing}，补齐后重新提交即可，金额先不用改。`
          : '审核通过，周五统一打款。下次住宿请选协议酒店，能省一些。',
      },
    ],
  };
}

function notice(stage: Stage): Conversation {
  const { random, day } = stage;
  const [from, subject, text] = random.pick([
    [
      'dengchao',
      `关于${random.pick(['中秋', '国庆', '元旦', '春节'])}放假安排的通知`,
      `各位同事：

根据国务院办公厅通知，结合公司情况，放假时间为${dateWithDayZh(day, 12)}至${dateWithDayZh(day, 14)}，共 3 天。
值班表见附件。离开前请关闭电脑和空调，锁好抽屉，贵重物品不要留在工位。

祝大家假期愉快，出行平安！`,
    ],
    [
      'tangli',
      '停水停电通知',
      `各位同事：

接物业通知，${dateWithDayZh(day, 2)} 18:00 – 22:00 大楼检修配电房，期间停电，电梯停运。请提前保存文件并关闭主机，冰箱里的食物记得带走。

加班的同事可以预约共享空间，找我登记。`,
    ],
    [
      'dengchao',
      '年度体检安排',
      `各位同事：

今年的体检定在${dateWithDayZh(day, 10)}开始，连续两周，地点仍是城西体检中心。请在${dateZh(day, 4)}前回复我你方便的日期，我统一预约。

注意事项：前一天晚上十点后不要进食，带好身份证。家属可以享受同样的价格，费用自理。`,
    ],
    [
      'admin',
      '办公室绿植认养',
      `各位：

新到了一批绿植，一共 ${random.integer(18, 30)} 盆，放在三楼茶水间旁边。想养的同事自己搬一盆回工位，浇水时间写在标签上。
年底评一次“绿手指”，奖品是一只很好看的花瓶。`,
    ],
    [
      'wulei',
      '邮箱与账号安全提醒',
      `各位同事：

近期有人冒充财务发邮件，要求“核对工资卡信息”。请记住：
1. 公司不会通过邮件索要密码或验证码；
2. 看清发件人完整的地址，不只看显示的名字；
3. 可疑邮件不要点链接，转发给我，然后删除。

本周内请把邮箱密码改成 12 位以上，并且不要和其他网站相同。`,
    ],
    [
      'songmei',
      '办公用品采购登记',
      `各位：

${dateZh(day, 3)}下班前登记本月需要的办公用品，表格见附件，写清型号和数量。签字笔、便签纸前台就有，不用登记。
显示器支架这次可以团购，满 20 个打八折。`,
    ],
  ] as const);
  const sender = stage.by(from);
  const everybody = stage.staff.filter(person => person !== sender);
  const asker = stage.someone(random.pick(['rd', 'sales']), sender);
  return {
    subject,
    language: 'zh',
    turns: [
      {
        from: sender,
        to: everybody,
        text,
        ...(text.includes('附件') && {
          files: [{ kind: 'csv' as const, name: `${subject}.csv`, title: subject }],
        }),
      },
      ...(random.chance(0.4)
        ? [
            {
              from: asker,
              to: [sender],
              after: [0.5, 9] as const,
              text: random.pick([
                '收到，谢谢！',
                '我这周在外地，回来再补可以吗？',
                '请问家属也可以参加吗？',
                '已登记，辛苦了。',
              ]),
            },
            {
              from: sender,
              to: [asker],
              after: [0.2, 5] as const,
              text: random.pick(['可以的，回来第一天找我就行。', '可以，名额够。', '好的，已经记下了。']),
            },
          ]
        : []),
    ],
  };
}

function meeting(stage: Stage): Conversation {
  const { random, day } = stage;
  const host = random.pick([
    stage.by('wangjianguo'),
    stage.by('huangtao'),
    stage.by('zhangwei'),
    stage.by('admin'),
  ]);
  const guests = random.some(
    stage.staff.filter(person => person !== host),
    random.integer(3, 7),
  );
  const topic = random.pick([
    '季度经营分析会',
    '新品发布筹备会',
    '客户满意度专题会',
    '预算编制启动会',
    '招聘需求沟通会',
    '信息安全例会',
  ]);
  const [first] = guests;
  if (!first) throw new RangeError('guests');
  return {
    subject: `会议邀请：${topic}，${dateWithDayZh(day, 2)} ${random.integer(9, 16)}:00`,
    language: 'zh',
    turns: [
      {
        from: host,
        to: guests,
        text: `各位好，${topic}定在${dateWithDayZh(day, 2)}，地点${random.pick(['大会议室', '西湖厅', '线上'])}，时长约一小时。

议程：
一、上次会议事项回顾（10 分钟）
二、各部门汇报（每人 5 分钟，只讲数字和困难）
三、讨论与决定

请准时参加，不能来的提前告诉我，并指定代表。`,
        files: [{ kind: 'ics', name: 'invite.ics', title: topic }],
      },
      {
        from: first,
        to: [host],
        after: [0.5, 6],
        text: random.pick([
          '收到，准时参加。',
          '那个时间我在客户现场，请林琳代我参加，材料我提前发给她。',
          '可以参加。汇报材料要提前多久交？',
        ]),
      },
      ...(random.chance(0.5)
        ? [
            {
              from: host,
              to: guests,
              after: [50, 56] as const,
              text: `会议纪要如下，请负责人确认时间：

1. 报价模板由销售部本周内更新，财务复核；
2. 二期排期压缩一周，研发部评估风险后${dateZh(day, 6)}前回复；
3. 老客户回访覆盖率本季度达到 90%，市场部每两周通报一次。

没有异议就按此执行。`,
              files: [{ kind: 'pdf' as const, name: `${topic}纪要.pdf`, title: `${topic} 纪要` }],
            },
          ]
        : []),
    ],
  };
}

function lunch(stage: Stage): Conversation {
  const { random } = stage;
  const host = stage.someone(random.pick(['rd', 'sales', 'office']));
  const friends = random.some(
    stage.staff.filter(person => person !== host),
    4,
  );
  const place = random.pick([
    '楼下新开的云南米线',
    '河坊街那家面馆',
    '公司对面的小火锅',
    '绿城食堂',
    '江边的烧烤',
  ]);
  const [first, second] = friends;
  if (!first || !second) throw new RangeError('friends');
  return {
    subject: random.pick(['中午一起吃饭？', '周五聚一下', '拼个下午茶', '晚上打羽毛球吗']),
    language: 'zh',
    turns: [
      {
        from: host,
        to: friends,
        text: `${place}听说不错，今天中午十二点，谁去？我先去占位，四个人起有套餐。`,
      },
      {
        from: first,
        to: [host, ...friends.slice(1)],
        after: [0.1, 1],
        text: random.pick(['+1', '算我一个，少放辣。', '去！我开完会直接过去。']),
      },
      {
        from: second,
        to: [host],
        after: [0.1, 1],
        text: random.pick([
          '今天带饭了，下次一定。',
          '我晚十分钟到，帮我点一份招牌。',
          '客户在，去不了，羡慕。',
        ]),
      },
    ],
  };
}

function newcomer(stage: Stage): Conversation {
  const { random, day } = stage;
  const hr = stage.by('dengchao');
  const person = stage.someone(random.pick(['rd', 'sales']));
  return {
    subject: `欢迎新同事：${person.name}`,
    language: 'zh',
    turns: [
      {
        from: hr,
        to: stage.staff.filter(other => other !== hr),
        text: `大家好：

${person.name}今天正式加入${person.department === 'rd' ? '研发部' : '市场销售部'}，担任${person.title}，座位在${random.integer(2, 4)}楼靠窗。${random.pick(['平时喜欢骑行和摄影', '会弹吉他，年会节目有着落了', '养了两只猫', '马拉松跑过三小时四十'])}。

${dateZh(day, 1)}中午部门聚餐欢迎，请大家多多关照！`,
      },
      {
        from: person,
        to: stage.staff.filter(other => other !== person),
        after: [1, 5],
        text: '谢谢超群，也谢谢大家！初来乍到，请多指教。我的分机就在签名里，有事随时找我。',
      },
    ],
  };
}

/** Life in the office. */
export const officeScenes: readonly (readonly [weight: number, scene: Scene])[] = [
  [9, leave],
  [11, expense],
  [5, notice],
  [9, meeting],
  [9, lunch],
  [2, newcomer],
];
