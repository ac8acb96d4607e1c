/** Somebody of the sample company, or one of the people outside who write to it. */
export interface Person {
  /** Before the @. */
  readonly local: string;
  readonly domain: string;
  readonly name: string;
  /** How colleagues address them. */
  readonly call: string;
  /** How they are addressed in English. */
  readonly english: string;
  readonly title: string;
  readonly company: string;
  /** One of `departments`, for our own people. */
  readonly department: string | null;
  readonly phone: string;
}

export const companyName = '杭州鸿雁科技有限公司';
export const companyEnglish = 'Hongyan Technology Co., Ltd.';

/** Departments have a group with their address. */
export const departments = [
  { id: 'rd', name: '研发部', english: 'R&D' },
  { id: 'sales', name: '市场销售部', english: 'Sales & Marketing' },
  { id: 'office', name: '综合管理部', english: 'Administration' },
] as const;

type Row = readonly [
  local: string,
  name: string,
  call: string,
  english: string,
  title: string,
  department: string,
];

const rows: readonly Row[] = [
  ['admin', '周敏', '周姐', 'Min', '行政总监', 'office'],
  ['alice', '陈雅丽', '雅丽', 'Alice', '产品经理', 'rd'],
  ['bob', '李博', '李博', 'Bob', '高级工程师', 'rd'],
  ['wangjianguo', '王建国', '王总', 'Jianguo', '总经理', 'office'],
  ['zhangwei', '张伟', '张伟', 'Wei', '研发总监', 'rd'],
  ['liuyang', '刘洋', '小刘', 'Yang', '前端工程师', 'rd'],
  ['zhaoxin', '赵鑫', '赵鑫', 'Xin', '后端工程师', 'rd'],
  ['sunxiaoyu', '孙晓宇', '晓宇', 'Xiaoyu', '测试工程师', 'rd'],
  ['wulei', '吴磊', '老吴', 'Lei', '运维工程师', 'rd'],
  ['zhengjie', '郑洁', '郑洁', 'Jie', '交互设计师', 'rd'],
  ['huangtao', '黄涛', '黄总', 'Tao', '销售总监', 'sales'],
  ['linlin', '林琳', '林琳', 'Lin', '大客户经理', 'sales'],
  ['xujing', '徐静', '徐静', 'Jing', '市场经理', 'sales'],
  ['maofei', '毛飞', '毛飞', 'Fei', '华东区销售', 'sales'],
  ['emma.fischer', 'Emma Fischer', 'Emma', 'Emma', 'Overseas Sales Manager', 'sales'],
  ['hexue', '何雪', '小雪', 'Xue', '新媒体运营', 'sales'],
  ['gaoyan', '高燕', '高姐', 'Yan', '财务经理', 'office'],
  ['dengchao', '邓超群', '超群', 'Chaoqun', '人事主管', 'office'],
  ['songmei', '宋梅', '宋梅', 'Mei', '采购专员', 'office'],
  ['tangli', '唐莉', '唐莉', 'Li', '前台行政', 'office'],
];

/** The twenty people of the sample company. `domain` is filled in by `staffOf`. */
export function staffOf(domain: string): Person[] {
  return rows.map(([local, name, call, english, title, department], index) => ({
    local,
    domain,
    name,
    call,
    english,
    title,
    company: companyName,
    department,
    phone: `0571-8765 ${4301 + index}`,
  }));
}

type Outside = readonly [
  local: string,
  domain: string,
  name: string,
  call: string,
  english: string,
  title: string,
  company: string,
  phone: string,
];

const outside: readonly Outside[] = [
  [
    'lihua',
    'yunfan-logistics.example',
    '李华',
    '李经理',
    'Hua',
    '信息部经理',
    '云帆物流集团',
    '021-5555 0131',
  ],
  [
    'chenming',
    'yunfan-logistics.example',
    '陈明',
    '陈工',
    'Ming',
    '系统工程师',
    '云帆物流集团',
    '021-5555 0135',
  ],
  ['zhoufang', 'jiangnan-edu.example', '周芳', '周老师', 'Fang', '教务处', '江南职业学院', '0510-5555 0172'],
  ['qianbin', 'donghai-mfg.example', '钱斌', '钱总', 'Bin', '副总经理', '东海精密制造', '0574-5555 0119'],
  ['luoyi', 'donghai-mfg.example', '罗怡', '罗小姐', 'Yi', '采购部', '东海精密制造', '0574-5555 0120'],
  [
    'fanglei',
    'hengtai-law.example',
    '方磊',
    '方律师',
    'Lei',
    '合伙人律师',
    '恒泰律师事务所',
    '0571-5555 0188',
  ],
  ['yaoqian', 'qingshan-print.example', '姚倩', '姚小姐', 'Qian', '客户经理', '青山印务', '0571-5555 0164'],
  ['pengbo', 'lanting-hotel.example', '彭博', '彭经理', 'Bo', '会议销售', '兰亭国际酒店', '0575-5555 0156'],
];

const abroad: readonly Outside[] = [
  [
    'j.lindqvist',
    'nordlys.example',
    'Johan Lindqvist',
    'Johan',
    'Johan',
    'Head of IT',
    'Nordlys Instruments AB',
    '+46 8 555 01 44',
  ],
  [
    'maria.costa',
    'azulejo.example',
    'Maria Costa',
    'Maria',
    'Maria',
    'Procurement',
    'Azulejo Design Lda',
    '+351 21 555 0133',
  ],
  [
    'd.okafor',
    'brightharbor.example',
    'Daniel Okafor',
    'Daniel',
    'Daniel',
    'Operations Director',
    'Bright Harbor Shipping',
    '+44 20 5550 0177',
  ],
  [
    'sato',
    'minato-seiki.example',
    '佐藤 健一',
    '佐藤先生',
    'Mr. Sato',
    'Manager',
    'Minato Seiki K.K.',
    '+81 3 5550 0142',
  ],
  [
    'claire.dubois',
    'atelier-lumen.example',
    'Claire Dubois',
    'Claire',
    'Claire',
    'Project Lead',
    'Atelier Lumen',
    '+33 1 55 50 01 28',
  ],
];

function toPerson(row: Outside): Person {
  const [local, domain, name, call, english, title, company, phone] = row;
  return { local, domain, name, call, english, title, company, department: null, phone };
}

export const customers: readonly Person[] = outside.map(toPerson);
export const customersAbroad: readonly Person[] = abroad.map(toPerson);
