import type { commandPhrases as en } from '../en/command.ts';

export const commandPhrases: Record<keyof typeof en, string> = {
  'command.failed': 'hongyan：{reason}',
  'command.error_at': '{file} 第 {line} 行：{reason}',
  'command.password_prompt': '{address} 的密码：',
  'command.password_again': '再输入一次：',
  'command.password_differs': '两次输入不一致。',
  'command.password_missing': '没有给出密码。请在提示处输入，或用 --password-stdin 传入。',
  'command.password_set': '{address} 的密码已设置。',
  'command.generated_password': '{address} 的随机密码：{password}',
  'command.added': '已添加：{name}',
  'command.removed': '已删除：{name}',
  'command.changed': '已更改：{name}',
  'command.nothing': '没有内容。',
  'command.no_tenant': '还没有企业。请先创建：hongyan setup --domain example.com',
  'command.several_tenants': '有多个企业，请用 --tenant 指定一个。',
  'command.setup_done': '企业 {name}（域名 {domain}，管理员 {address}）已就绪。',
  'command.setup_exists': '企业已经存在。',
};
