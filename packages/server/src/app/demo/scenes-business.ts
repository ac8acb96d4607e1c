import { customers } from './people.ts';
import { type Conversation, dateWithDayZh, dateZh, opening, type Scene, type Stage } from './script.ts';

/** Those of the customers who buy from us. */
const buyers = customers.slice(0, 5);

function money(yuan: number): string {
  return yuan.toLocaleString('en-US');
}

function quotation(stage: Stage): Conversation {
  const { random, day } = stage;
  const client = random.pick(buyers);
  const seller = random.pick([stage.by('linlin'), stage.by('maofei'), stage.by('huangtao')]);
  const thing = random.pick([
    '智能门禁终端 60 台',
    '仓储管理系统二期',
    '移动巡检 App 年度服务',
    '数据看板定制开发',
    '设备网关 200 套',
  ]);
  const price = random.integer(12, 96) * 5_000;
  return {
    subject: `${client.company}：${thing}报价`,
    language: 'zh',
    turns: opening(random.integer(2, 5), [
      {
        from: client,
        to: [seller],
        text: `${seller.name}你好：

我们计划下个季度采购${thing}，请按附件的清单报一个含税价，注明交货期、质保和付款方式。${dateZh(day, 5)}前需要上会，时间有点紧，拜托了。`,
        files: [{ kind: 'csv', name: '需求清单.csv', title: thing }],
      },
      {
        from: seller,
        to: [client],
        cc: [stage.by('huangtao')].filter(person => person !== seller),
        after: [4, 26],
        text: `${client.call}您好：

报价单见附件，要点如下：
· 含税总价 ${money(price)} 元，有效期 30 天；
· 合同签订后 20 个工作日内交货；
· 质保两年，首年免费上门；
· 付款 3-6-1：预付三成，验收六成，质保期满一成。

老客户的折扣已经算在里面。如果数量增加到一百以上，单价还可以再谈。`,
        files: [{ kind: 'pdf', name: `报价单-${client.company}.pdf`, title: `报价单 ${money(price)} 元` }],
      },
      {
        from: client,
        to: [seller],
        after: [5, 40],
        text: `收到，谢谢。价格领导基本认可，两点希望再争取一下：质保改成三年；尾款改为 5%。其他没有问题，行的话下周就走合同。`,
      },
      {
        from: seller,
        to: [client],
        after: [2, 20],
        text: `请示过了，质保三年可以；尾款 5% 也可以，但预付需要提到 35%。如果同意，我今天就把合同电子版发您，法务看完盖章快递。`,
      },
      {
        from: client,
        to: [seller],
        after: [2, 18],
        text: `成交。合同请抄送一份给我们法务，收件地址不变。合作愉快！`,
      },
    ]),
  };
}

function contract(stage: Stage): Conversation {
  const { random } = stage;
  const lawyer = customers.find(person => person.local === 'fanglei') ?? random.pick(customers);
  const seller = random.pick([stage.by('linlin'), stage.by('huangtao')]);
  const client = random.pick(buyers);
  return {
    subject: `合同审核：${client.company}采购合同`,
    language: 'zh',
    turns: [
      {
        from: seller,
        to: [lawyer],
        cc: [stage.by('gaoyan')],
        text: `方律师好，${client.company}的采购合同请帮忙看一下，对方改了第 ${random.integer(5, 9)} 条违约责任和第 ${random.integer(10, 14)} 条知识产权，修改处有批注。希望后天能回。`,
        files: [{ kind: 'pdf', name: `${client.company}采购合同-修订.pdf`, title: '采购合同' }],
      },
      {
        from: lawyer,
        to: [seller],
        cc: [stage.by('gaoyan')],
        after: [10, 44],
        text: `两位好，意见如下：

一、违约金比例 20% 偏高，建议不超过 10%，并约定上限为合同总额；
二、“定制部分的知识产权归甲方”可以接受，但需排除我方已有的基础平台；
三、争议解决建议改为被告所在地法院，至少争取到杭州仲裁。

红线是第二点，请务必坚持。其余可商量。`,
      },
      {
        from: seller,
        to: [lawyer],
        after: [1, 9],
        text: '非常清楚，谢谢方律师。我按这个口径去谈，谈定后再请您过一遍终稿。',
      },
    ],
  };
}

function support(stage: Stage): Conversation {
  const { random } = stage;
  const client = random.pick(buyers);
  const manager = random.pick([stage.by('linlin'), stage.by('maofei')]);
  const engineer = random.pick([stage.by('bob'), stage.by('zhaoxin')]);
  const trouble = random.pick([
    '门禁刷卡后要等三四秒才开门',
    '昨晚开始收不到短信验证码',
    '库存数量和实盘差了十几件',
    '新员工的权限怎么设置都不生效',
    '导出的报表打不开',
  ]);
  return {
    subject: `${client.company}反馈：${trouble}`,
    language: 'zh',
    turns: opening(random.integer(3, 4), [
      {
        from: client,
        to: [manager],
        text: `${manager.name}：

${trouble}，现场催得比较急，能不能今天安排人远程看一下？我这边 ${client.phone} 全天在。`,
      },
      {
        from: manager,
        to: [engineer],
        cc: [client],
        after: [0.2, 1],
        text: `${engineer.call}，请优先看一下，需要的日志我已经请客户导出了。${client.call}放心，半小时内给您电话。`,
      },
      {
        from: engineer,
        to: [client],
        cc: [manager],
        after: [1, 5],
        text: `${client.call}您好，问题已经处理：${random.pick(['是配置里的一个地址写错了，改正后恢复', '服务商线路故障，已切换备用通道', '有一批数据没有同步，已补齐并核对', '浏览器缓存了旧版本，清除后正常'])}。
请您那边再确认一下。我们会在下个版本里加上自动检查，避免再出现。`,
      },
      {
        from: client,
        to: [engineer, manager],
        after: [0.5, 6],
        text: random.pick([
          '确认好了，响应很快，给你们点赞。',
          '可以了，谢谢两位！',
          '目前正常，我再观察一天。',
        ]),
      },
    ]),
  };
}

function visit(stage: Stage): Conversation {
  const { random, day } = stage;
  const client = random.pick(buyers);
  const seller = random.pick([stage.by('maofei'), stage.by('linlin'), stage.by('huangtao')]);
  return {
    subject: `${dateZh(day, 6)}拜访${client.company}的安排`,
    language: 'zh',
    turns: [
      {
        from: seller,
        to: [client],
        text: `${client.call}您好：

我们计划${dateWithDayZh(day, 6)}上午到贵公司拜访，带产品经理陈雅丽一起，演示新版本并听听一线同事的意见，大约两小时。请问十点是否方便？需要提前登记车牌吗？`,
      },
      {
        from: client,
        to: [seller],
        after: [2, 24],
        text: random.pick([
          '十点可以，车牌发我登记。中午就在我们食堂吃个便饭。',
          '上午有检查，改下午两点行吗？仓库的同事下午也都在。',
          '欢迎！会议室已经订好，有投影，不用带转接头。',
        ]),
      },
      {
        from: seller,
        to: [client],
        cc: [stage.by('alice')],
        after: [0.5, 5],
        text: `好的，就这么定。我们一行三人，车牌浙 A·${random.integer(10_000, 99_999)}，到了给您打电话。`,
      },
    ],
  };
}

function supplier(stage: Stage): Conversation {
  const { random, day } = stage;
  const buyer = stage.by('songmei');
  const [printer, hotel] = [
    customers.find(p => p.local === 'yaoqian'),
    customers.find(p => p.local === 'pengbo'),
  ];
  const seller = random.pick([printer, hotel].filter(person => person !== undefined));
  const printing = seller === printer;
  return {
    subject: printing
      ? `${random.pick(['宣传册', '名片', '台历', '产品彩页'])}印刷确认`
      : `${dateZh(day, 20)}客户答谢会场地`,
    language: 'zh',
    turns: [
      {
        from: seller,
        to: [buyer],
        cc: [stage.by('xujing')],
        text: printing
          ? `宋小姐好：

样稿见附件，请核对文字、电话和二维码，确认后回复“同意付印”。数量 ${random.integer(3, 12) * 500} 份，157 克铜版纸，四个工作日可以送到。`
          : `宋小姐您好：

${dateWithDayZh(day, 20)}的宴会厅目前还空着，可以容纳 ${random.integer(12, 25)} 桌，含音响、LED 屏和停车。报价和菜单见附件，本周内付订金可以锁定场地。`,
        files: [
          {
            kind: 'pdf',
            name: printing ? '样稿.pdf' : '场地报价与菜单.pdf',
            title: printing ? '样稿' : '报价与菜单',
          },
        ],
      },
      {
        from: stage.by('xujing'),
        to: [buyer],
        after: [1, 20],
        text: printing
          ? '第 3 页的客服电话是旧的，要改成 400 开头的那个。其他我看没问题。'
          : '场地我去看过，层高够，舞台偏小，可以接受。菜单里海鲜太多，换成本地菜更合适。',
      },
      {
        from: buyer,
        to: [seller],
        after: [1, 6],
        text: printing
          ? '第 3 页电话改一下，改好直接同意付印，发票抬头不变。'
          : '菜单按本地菜调整一版，订金明天付，麻烦先留着场地。',
      },
    ],
  };
}

/** Customers, suppliers, partners. */
export const businessScenes: readonly (readonly [weight: number, scene: Scene])[] = [
  [12, quotation],
  [4, contract],
  [11, support],
  [6, visit],
  [6, supplier],
];
