/** Companies that host zones and for whose consoles there are steps to follow (DOM-09). */
export const dnsHosts = ['aliyun', 'wanwang', 'tencent', 'cloudflare', 'godaddy', 'other'] as const;
export type DnsHost = (typeof dnsHosts)[number];

/** Ends of the names of their name servers. Zones of Wanwang, bought by Alibaba Cloud, are served from hichina.com. */
const nameServerEnds: readonly (readonly [end: string, host: DnsHost])[] = [
  ['alidns.com', 'aliyun'],
  ['aliyun.com', 'aliyun'],
  ['hichina.com', 'wanwang'],
  ['net.cn', 'wanwang'],
  ['dnspod.net', 'tencent'],
  ['dnsv2.com', 'tencent'],
  ['dnsv3.com', 'tencent'],
  ['dnsv4.com', 'tencent'],
  ['dnsv5.com', 'tencent'],
  ['qcloud.com', 'tencent'],
  ['ns.cloudflare.com', 'cloudflare'],
  ['domaincontrol.com', 'godaddy'],
];

/** Who hosts a zone, by the names of its name servers; null for none. */
export function dnsHostOf(nameServers: readonly string[]): DnsHost | null {
  if (nameServers.length === 0) return null;
  for (const server of nameServers) {
    const found = nameServerEnds.find(([end]) => server === end || server.endsWith(`.${end}`));
    if (found) return found[1];
  }
  return 'other';
}
