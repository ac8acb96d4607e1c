/** Domains, their records, notices about them, certificates. */
export const domainPhrases = {
  'domain.state.pending': 'waiting to take effect',
  'domain.state.active': 'in effect',
  'domain.state.drifted': 'mail goes elsewhere',
  'domain.state.gone': 'the domain does not exist any more',
  'domain.state.ended': 'service ended',
  'domain.record.ok': 'live',
  'domain.record.missing': 'waiting',
  'domain.record.wrong': 'wrong value',
  'domain.record.advised': 'advised',
  'domain.record.unanswered': 'the DNS server did not answer',
  'domain.record.superfluous': 'extra, remove',
  'domain.group.receive': 'Receiving (required)',
  'domain.group.trust': 'Being believed (strongly advised)',
  'domain.group.access': 'Access for members (optional)',
  'domain.found': 'found: {values}',
  'domain.can_receive': 'Receiving works. Send yourself a test mail.',
  'domain.waiting':
    'Nothing found yet. Usually minutes, at most 24 hours. You will get a mail when it is live.',
  'domain.dns_host': 'The DNS is at {host}.',
  'domain.claim_prove':
    'Another company uses this domain. Add one of these records to prove that it is yours. After the proof there are {days} days of protection; then the old company’s addresses in this domain end.',
  'domain.claim_protected': 'Proven. The domain changes hands on {time}.',
  'dns_host.aliyun': 'Alibaba Cloud',
  'dns_host.wanwang': 'Wanwang (HiChina)',
  'dns_host.tencent': 'Tencent Cloud (DNSPod)',
  'dns_host.cloudflare': 'Cloudflare',
  'dns_host.godaddy': 'GoDaddy',
  'dns_host.other': 'another DNS host',
  'dns_steps.aliyun.open':
    'Sign in to the Alibaba Cloud console, open “Cloud DNS”, and choose “DNS settings” beside {domain}.',
  'dns_steps.aliyun.add':
    'Choose “Add record”. Record type {type}, host record {host}, line “Default”, record value {value}, MX priority {priority} (MX only), TTL {ttl}. Confirm.',
  'dns_steps.wanwang.open':
    'Wanwang domains are managed by Alibaba Cloud: sign in, open “Domains”, choose {domain}, then “DNS”.',
  'dns_steps.wanwang.add':
    'Choose “Add record”. Record type {type}, host record {host}, line “Default”, record value {value}, MX priority {priority} (MX only), TTL {ttl}. Confirm.',
  'dns_steps.tencent.open':
    'Sign in to the Tencent Cloud console, open “DNSPod”, “My domains”, and choose {domain}.',
  'dns_steps.tencent.add':
    'Choose “Add record”. Host {host}, type {type}, line “Default”, value {value}, MX priority {priority} (MX only), TTL {ttl}. Save.',
  'dns_steps.cloudflare.open': 'Sign in to Cloudflare, choose {domain}, then “DNS”, “Records”.',
  'dns_steps.cloudflare.add':
    'Choose “Add record”. Type {type}, name {host}, content {value}, priority {priority} (MX only), TTL {ttl}. For CNAME turn the proxy off (“DNS only”). Save.',
  'dns_steps.godaddy.open': 'Sign in to GoDaddy, open “My products”, and choose “DNS” beside {domain}.',
  'dns_steps.godaddy.add':
    'Choose “Add new record”. Type {type}, name {host}, value {value}, priority {priority} (MX only), TTL {ttl}. Save.',
  'dns_steps.other.open': 'Sign in to the DNS host of {domain} and open its records.',
  'dns_steps.other.add':
    'Add a record: type {type}, name {host}, value {value}, priority {priority} (MX only), TTL {ttl}.',
  'dns_steps.delete': 'Delete all other MX records of {domain}: {values}.',
  'dns_steps.done':
    'When all records are added, choose “Check now”. It usually takes minutes, at most 24 hours.',
  'server_check.ok': 'in order',
  'server_check.forward': 'The name {host} leads to {found}.',
  'server_check.no_forward': 'The name {host} has no address in the DNS.',
  'server_check.reverse': 'The address {address} leads back to {found}.',
  'server_check.wrong_reverse':
    'The address {address} does not lead back to {host}; found: {found}. Many servers refuse mail from it. Ask the provider of the address to set its PTR record.',
  'server_check.port_open': 'Outgoing port 25 is open.',
  'server_check.port_closed':
    'Outgoing port 25 is closed: mail can be received; for sending, set up a relay.',
  'server_check.unknown': 'Could not be found out now.',
  'domains.test_mail.subject': 'Test mail from {domain}',
  'domains.test_mail.text':
    'This mail shows that {domain} can send. An administrator sent it from the console. If it lies in junk mail, check SPF, DKIM and DMARC of the domain.',
  'notice.domain_active.subject': '{domain} is live',
  'notice.domain_active.text':
    'The MX records of {domain} are in effect. Mail to {domain} is received here from now on.',
  'notice.domain_drifted.subject': 'Mail to {domain} goes elsewhere',
  'notice.domain_drifted.text':
    'The MX records of {domain} do not lead here any more, so mail may be lost. Open “Domains” in the console, compare the records, and set them right at your DNS host.',
  'notice.domain_gone.subject': '{domain} cannot be found in the DNS',
  'notice.domain_gone.text':
    'The DNS says that {domain} does not exist. The registration may have expired or be in dispute. Mail to it cannot arrive until it exists again.',
  'notice.domain_recovered.subject': '{domain} is live again',
  'notice.domain_recovered.text': 'The MX records of {domain} lead here again.',
  'notice.domain_ending.subject': '{domain}: service ends in {days} {days|day|days}',
  'notice.domain_ending.text':
    'The MX records of {domain} have led elsewhere for a long time. Unless they are set right, the service ends in {days} {days|day|days}.',
  'notice.domain_ended.subject': '{domain}: service ended',
  'notice.domain_ended.text':
    'The MX records of {domain} led elsewhere for too long. The service for this domain has ended.',
  'notice.domain_claimed.subject': 'Another company takes over {domain} in {days} {days|day|days}',
  'notice.domain_claimed.text':
    'Another company has proven that {domain} is theirs. In {days} {days|day|days} they get the domain, and all your addresses in it end. Save the mail you need before. If the domain is yours, remove the proof record from the DNS and contact the provider.',
  'notice.domain_lost.subject': '{domain} has changed hands',
  'notice.domain_lost.text':
    '{domain} belongs to another company now. Your addresses in it have ended; accounts without another address are disabled.',
  'notice.domain_won.subject': '{domain} is yours',
  'notice.domain_won.text':
    'The protection period is over and {domain} belongs to your company. Set its records now, then add members.',
  'notice.trial_retired.subject': 'The trial domain retires',
  'notice.trial_retired.text':
    '{count} addresses have moved from {trial} to {domain}. Mail to the old addresses still arrives for 30 days.',
  'operation.domain.reviewed': 'Review or filing of a domain noted',
  'operation.domain.filing_rule_changed': 'Rule about the filing of domains changed',
  'operation.domain.gate_changed': 'Rule about members in domains that are not live changed',
  'operation.domain.activated': 'Domain took effect',
  'operation.domain.drifted': 'Mail of a domain goes elsewhere',
  'operation.domain.gone': 'Domain vanished from the DNS',
  'operation.domain.recovered': 'Domain in effect again',
  'operation.domain.ended': 'Service for a domain ended',
  'operation.domain.claim_dropped': 'Claim given up',
  'operation.domain.claim_proven': 'Ownership of a domain proven',
  'operation.domain.taken_over': 'Domain taken over',
  'operation.domain.trial_retired': 'Trial domain retired',
  'operation.certificate.issued': 'Certificate issued',
  'profile.title': 'Set up your mail',
  'profile.intro':
    'Enter your mail address and download the profile. iPhone, iPad and Mac then only ask for the password.',
  'profile.address': 'Mail address',
  'profile.download': 'Download profile',
  'profile.invalid': 'Enter the whole address, for example alice@{domain}.',
  'profile.description': 'Mail for {address}',
  'profile.servers': 'Settings for other programs',
  'profile.server_line': '{service}: {host}, port {port}, {security}',
  'profile.security_tls': 'SSL/TLS',
  'profile.security_starttls': 'STARTTLS',
  'profile.incoming_imap': 'IMAP',
  'profile.incoming_pop3': 'POP3',
  'profile.outgoing': 'SMTP',
  'profile.backup': 'Backup server: {host}',
  'help.domain.records': 'print the DNS records the domain should have, as a zone file',
  'help.domain.check': 'look into the DNS now: record by record what is there and what should be',
  'help.domain.lookup': 'what the DNS says about any domain',
  'help.domain.steps': 'steps for a DNS host: {hosts}',
  'help.domain.server_check':
    'check this server’s name, the way back from its addresses, and outgoing port 25',
  'help.domain.trial': 'give the company a trial domain',
  'help.domain.claim': 'claim a domain that another company uses, and look for the proof',
  'help.domain.claims': 'list claims',
  'help.domain.review': 'note a decision: real-name-pending, real-name-approved, filed, not-filed',
  'help.domain.filing': 'on: host names of a domain need its filing (ICP) before pages open there',
  'help.domain.gate': 'on: members only in domains whose MX records are live',
  'help.certificate': 'certificates of host names',
  'help.certificate.list': 'list certificates, and what could not be fetched',
  'help.certificate.add': 'add a certificate: chain and key, PEM',
  'help.certificate.add.host': 'host name it has to be for',
  'help.certificate.remove': 'remove a certificate',
} as const;
