import { type Conversation, dateWithDayZh, dateZh, opening, type Scene, type Stage } from './script.ts';

const products = ['仓储管理系统', '智能门禁终端', '移动巡检 App', '数据看板', '设备网关固件', '客户服务平台'];
const modules = [
  '登录页',
  '消息推送',
  '报表导出',
  '权限管理',
  '批量导入',
  '搜索',
  '离线缓存',
  '支付回调',
  '通讯录同步',
];
const versions = ['V2.3', 'V2.4', 'V3.0', 'V3.1', 'V1.8', '4.0 Beta'];

function review(stage: Stage): Conversation {
  const { random, day } = stage;
  const alice = stage.by('alice');
  const team = random.some(
    stage.of('rd').filter(person => person !== alice),
    4,
  );
  const product = random.pick(products);
  const version = random.pick(versions);
  const room = random.pick(['三楼会议室', '西湖厅', '二楼小会议室', '线上会议']);
  const [first, second] = team;
  if (!first || !second) throw new RangeError('team');
  return {
    subject: `${product} ${version} 需求评审`,
    language: 'zh',
    turns: [
      {
        from: alice,
        to: team,
        text: `各位好：

${product} ${version} 的需求文档已经整理好，见附件。计划${dateWithDayZh(day, 2)}下午 2 点在${room}评审，预计一个半小时。

这一版主要改三件事：
1. ${random.pick(modules)}的流程从五步减到三步，客户提了很多次；
2. ${random.pick(modules)}支持多语言；
3. 旧接口保留到明年一季度，之后下线。

请大家提前看一下，特别是第 2 点的工作量，会上希望能定下来。`,
        files: [{ kind: 'pdf', name: `${product}${version}需求说明.pdf`, title: `${product} ${version}` }],
      },
      {
        from: first,
        to: [alice],
        cc: team.slice(1),
        after: [1, 5],
        text: `文档看过了，有两个问题先提一下：

第 1 点如果去掉确认页，误操作怎么恢复？建议保留一个“撤销”的入口，十分钟内有效。
第 3 点我没意见，但要提前两个月通知云帆他们，他们还在用旧接口。`,
      },
      {
        from: alice,
        to: [first],
        cc: team.slice(1),
        after: [1, 3],
        text: `撤销入口这个建议好，我补到 3.2 节里。云帆那边我请林琳去沟通，最晚月底给正式通知。`,
      },
      {
        from: second,
        to: [alice],
        cc: [first],
        after: [2, 10],
        text: `评审我可能晚到十分钟，上一个会结束得晚，你们先开始。
第 2 点我粗估了一下：翻译资源 ${random.integer(2, 4)} 人天，界面适配 ${random.integer(3, 6)} 人天，测试另算。`,
      },
    ],
  };
}

function bug(stage: Stage): Conversation {
  const { random } = stage;
  const tester = stage.by('sunxiaoyu');
  const engineer = random.pick([stage.by('bob'), stage.by('zhaoxin'), stage.by('liuyang')]);
  const name = random.pick(modules);
  const number = random.integer(1024, 4890);
  const symptom = random.pick([
    '点击两次会提交两条记录',
    '网络断开后重连，页面一直显示加载中',
    '中文文件名在导出后变成乱码',
    '切换账号后仍显示上一个人的头像',
    '超过 500 条时第二页为空',
    '在 Safari 上日期选择器无法关闭',
  ]);
  const cause = random.pick([
    '是缓存没有按用户区分，改了一行',
    '重连时少判断了一个状态，已经补上单元测试',
    '请求没有做幂等，服务端加了唯一键',
    '分页参数在前端被转成了字符串',
    '第三方组件的老问题，升级到最新小版本就好了',
  ]);
  return {
    subject: `【缺陷 #${number}】${name}：${symptom}`,
    language: 'zh',
    turns: opening(random.integer(1, 3), [
      {
        from: tester,
        to: [engineer],
        cc: [stage.by('alice')],
        text: `${engineer.call}：

测试环境发现一个问题，必现。

模块：${name}
现象：${symptom}
步骤：用测试账号登录 → 进入${name} → 按附件截图操作
期望：提示成功，且只生成一条记录
优先级：${random.pick(['高', '中'])}

日志我放在共享盘 /qa/${number} 下面了。`,
        files: [{ kind: 'png', name: `bug-${number}.png`, title: symptom }],
      },
      {
        from: engineer,
        to: [tester],
        cc: [stage.by('alice')],
        after: [1, 8],
        text: `复现了，${cause}。今天下班前提测，麻烦你明天上午再回归一遍。`,
      },
      {
        from: tester,
        to: [engineer],
        cc: [stage.by('alice')],
        after: [12, 22],
        text: `回归通过，#${number} 已关闭。顺便把${random.pick(modules)}也点了一遍，没有问题。`,
      },
    ]),
  };
}

function release(stage: Stage): Conversation {
  const { random, day } = stage;
  const ops = stage.by('wulei');
  const product = random.pick(products);
  const version = random.pick(versions);
  const lead = stage.by('zhangwei');
  return {
    subject: `上线通知：${product} ${version}，${dateZh(day, 1)}晚`,
    language: 'zh',
    turns: [
      {
        from: ops,
        to: [lead, stage.by('alice'), stage.by('bob')],
        cc: random.some(stage.of('sales'), 2),
        text: `各位：

${product} ${version} 安排在${dateWithDayZh(day, 1)} 22:00 – 23:30 上线，期间服务会有两次不超过一分钟的中断。

上线内容：
· ${random.pick(modules)}性能优化，平均响应从 ${random.integer(600, 1200)} ms 降到 ${random.integer(90, 220)} ms
· 修复 ${random.integer(6, 23)} 个缺陷（列表见附件）
· 数据库升级小版本

值班：我和${random.pick(['赵鑫', '李博', '刘洋'])}。有问题打值班电话，不要只发邮件。
回退方案已经演练过，十五分钟内可以退回上一版。`,
        files: [{ kind: 'csv', name: `${version}-缺陷列表.csv`, title: '缺陷列表' }],
      },
      {
        from: lead,
        to: [ops],
        after: [1, 4],
        text: `收到。数据库升级前务必再做一次全量备份，并确认备份能恢复。辛苦两位。`,
      },
      {
        from: ops,
        to: [lead, stage.by('alice'), stage.by('bob')],
        after: [26, 30],
        text: `上线完成，23:05 全部验证通过，比计划提前 25 分钟。备份已恢复到演练机核对过，条数一致。
监控再看一晚，明早出报告。`,
      },
    ],
  };
}

function weekly(stage: Stage): Conversation {
  const { random, day } = stage;
  const department = random.pick(['rd', 'sales', 'office']);
  const author = stage.someone(department);
  const boss = stage.by(
    { rd: 'zhangwei', sales: 'huangtao', office: 'wangjianguo' }[department] ?? 'wangjianguo',
  );
  const done: Readonly<Record<string, readonly string[]>> = {
    rd: [
      `完成${random.pick(modules)}的重构，合入主干`,
      `和设计对了两轮${random.pick(products)}的新图标`,
      `处理线上工单 ${random.integer(3, 9)} 个，遗留 ${random.integer(0, 2)} 个`,
      '给新同事讲了一次部署流程，文档已更新',
    ],
    sales: [
      `拜访云帆物流和东海精密，确认二期预算 ${random.integer(30, 80)} 万`,
      `新增线索 ${random.integer(12, 40)} 条，有效 ${random.integer(4, 11)} 条`,
      `回款 ${random.integer(15, 60)} 万元，逾期一笔已催`,
      '公众号推送两篇，阅读量比上月平均高三成',
    ],
    office: [
      `办理入职 ${random.integer(1, 3)} 人，离职交接 1 人`,
      `完成上月报销 ${random.integer(30, 70)} 笔`,
      '消防检查整改完成，街道已复查',
      `比价后更换了桶装水供应商，每月省 ${random.integer(200, 600)} 元`,
    ],
  };
  const items = random.some(done[department] ?? [], 3);
  return {
    subject: `周报 ${author.name} ${dateZh(day)}`,
    language: 'zh',
    turns: [
      {
        from: author,
        to: [boss],
        text: `本周完成：
${items.map((item, index) => `${index + 1}. ${item}；`).join('\n')}

下周计划：
1. ${random.pick(['跟进本周遗留事项', '准备季度总结材料', '完成体系文件内审'])}；
2. ${random.pick(['与客户确认验收时间', '整理知识库', '更新部门预算表'])}。

需要协助：${random.pick(['无。', '测试机还差两台，请帮忙协调。', '下周三想请半天假，已在系统里提交。'])}`,
      },
      ...(random.chance(0.35)
        ? [
            {
              from: boss,
              to: [author],
              after: [2, 30] as const,
              text: random.pick([
                '收到，辛苦。遗留事项周三前给我一个明确的时间。',
                '不错，继续。下周例会上把第 2 项跟大家讲讲。',
                '知道了。人手不够要早说，不要硬扛。',
              ]),
            },
          ]
        : []),
    ],
  };
}

function design(stage: Stage): Conversation {
  const { random } = stage;
  const designer = stage.by('zhengjie');
  const front = stage.by('liuyang');
  const alice = stage.by('alice');
  const product = random.pick(products);
  return {
    subject: `${product}改版设计稿 ${random.pick(['第二版', '第三版', '终稿', '深色模式'])}`,
    language: 'zh',
    turns: [
      {
        from: designer,
        to: [alice, front],
        text: `两位：

新的设计稿导出来了，主要变化是导航收到左侧，列表行高从 56 调到 48，一屏能多看三行。
颜色只用主色和两级灰，按钮圆角统一 6 px。小屏的断点是 720。

截图见附件，源文件在设计协作平台上。`,
        files: [
          { kind: 'png', name: '首页.png', title: `${product} 首页` },
          { kind: 'png', name: '列表页.png', title: `${product} 列表` },
        ],
      },
      {
        from: front,
        to: [designer, alice],
        after: [1, 6],
        text: `行高 48 的话，两行标题会被截断，能不能 52？另外图标麻烦给一份 SVG，现在的 PNG 在高分屏上发虚。`,
      },
      {
        from: alice,
        to: [designer, front],
        after: [1, 3],
        text: `我投 52 一票，可读性优先。其他没意见，可以定稿。`,
      },
      {
        from: designer,
        to: [front, alice],
        after: [3, 9],
        text: `那就 52。SVG 已经上传，文件名和组件名一致，直接替换即可。`,
      },
    ],
  };
}

function incident(stage: Stage): Conversation {
  const { random } = stage;
  const ops = stage.by('wulei');
  const engineer = random.pick([stage.by('bob'), stage.by('zhaoxin')]);
  const minutes = random.integer(8, 37);
  const system = random.pick(['订单查询', '文件上传', '短信网关', '单点登录', '报表服务']);
  return {
    subject: `【故障通报】${system}异常 ${minutes} 分钟`,
    language: 'zh',
    turns: [
      {
        from: ops,
        to: [stage.by('zhangwei'), engineer],
        cc: [stage.by('wangjianguo'), stage.by('huangtao')],
        text: `${system}从 ${random.integer(9, 17)}:${random.integer(10, 49)} 起出现超时，影响约 ${random.integer(3, 22)}% 的请求，持续 ${minutes} 分钟，现已恢复。

直接原因：${random.pick(['磁盘写满，日志没有按计划轮转', '证书在凌晨自动更新后没有重新加载', '数据库连接池被一个慢查询占满', '机房交换机的一个端口抖动'])}。
临时措施：已重启服务并扩容一倍。

根因分析和改进项明天中午前发出。`,
      },
      {
        from: engineer,
        to: [ops, stage.by('zhangwei')],
        after: [10, 22],
        text: `根因找到了，补充说明：

监控其实提前二十分钟就有告警，但发到了一个没人看的旧群里。除了修复本身，建议：
1. 告警按严重程度分级，一级直接打电话；
2. 旧群本周解散；
3. 每季度做一次故障演练。

第 1 条我来做，周五前完成。`,
      },
      {
        from: stage.by('zhangwei'),
        to: [engineer, ops],
        after: [1, 6],
        text: `同意，三条都做。事后复盘会放在${random.pick(['周四上午十点', '周五下午三点'])}，重点讲流程，不追究个人。`,
      },
    ],
  };
}

function question(stage: Stage): Conversation {
  const { random } = stage;
  const asker = stage.someone('rd');
  const expert = stage.someone('rd', asker);
  const [subject, ask, answer] = random.pick([
    [
      '测试环境的数据库密码在哪里查？',
      '我想连测试库看一张表，文档里写的密码好像过期了，现在统一放在哪里？',
      '上个月迁到密码管理器了，用工号登录，项目选“测试”。文档我这就改，谢谢提醒。',
    ],
    [
      '请教一个时区的问题',
      '客户在里斯本，报表里的日期比当地早一天。我们存的是 UTC，展示时应该按谁的时区算？',
      '按客户账号里设置的时区算，没设置就用公司默认的。公共函数已经有了，别自己加减小时，夏令时会踩坑。',
    ],
    [
      '依赖升级要不要一起做',
      '扫描报告里有三个依赖需要升级，其中一个是大版本。这周一起升，还是分开？',
      '分开。两个小版本这周就升，大版本单独开分支，跑完回归再合。',
    ],
    [
      '借一台安卓测试机',
      '复现一个只在老系统上有的问题，想借一台安卓 10 的手机，用两天。',
      '在我抽屉里，红色壳那台，用完放回去并在登记表上写一下。',
    ],
    [
      '代码规范里关于命名的疑问',
      '布尔变量规范要求用 is 开头，但接口返回的字段是 enabled，要不要转换？',
      '不用，和接口保持一致更重要，规范里下一版会写明例外。',
    ],
  ] as const);
  return {
    subject,
    language: 'zh',
    turns: [
      { from: asker, to: [expert], text: `${expert.call}，${ask}` },
      { from: expert, to: [asker], after: [0.3, 6], text: answer },
      ...(random.chance(0.6)
        ? [
            {
              from: asker,
              to: [expert],
              after: [0.2, 3] as const,
              text: random.pick([
                '明白了，谢谢！',
                '收到，马上去办。',
                '好的，解决了，多谢。',
                '太及时了，中午请你喝咖啡。',
              ]),
            },
          ]
        : []),
    ],
  };
}

/** Everyday work of the engineers, with how often each comes up. */
export const workScenes: readonly (readonly [weight: number, scene: Scene])[] = [
  [5, review],
  [14, bug],
  [5, release],
  [14, weekly],
  [4, design],
  [3, incident],
  [12, question],
];
