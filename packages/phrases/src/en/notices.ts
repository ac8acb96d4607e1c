/** What administrators are told of: events, and the mails and lines about them. Those about domains stand in `domains.ts`. */
export const noticePhrases = {
  'noticeEvent.domains': 'Domains',
  'noticeEvent.certificates': 'Certificates',
  'noticeEvent.joining': 'Joining the company',
  'noticeEvent.seats': 'Member seats',
  'noticeEvent.jobs': 'Long work',
  'noticeEvent.recycleBin': 'Recycle bin',
  'noticeEvent.administrators': 'Administrators',
  'noticeEvent.signIn': 'Sign-in rules',
  'noticeEvent.tokens': 'API tokens',
  'noticeEvent.company': 'Plan and mail service',
  'notice.footer':
    'You get this mail because you administer the company. What is told, and to whom, is set in the console: “Company & plan”, “Notices”.',
  'notice.several': '{count} notices: {event}',
  'notice.more': '… and {count} more; the console has them all.',
  'notice.operation.subject': '{action}: {target}',
  'notice.operation.text':
    '{actor} did this from {from}: {action}, {target}. If nobody was meant to do this, change the password of {actor} and look at the operation log.',
  'notice.join_request_made.subject': '{target} asks to join',
  'notice.join_request_made.text':
    'Somebody with an invitation link asks to join as {target}. Approve or refuse it in the console under “Invitations & joining”.',
  'notice.join_request_joined.subject': '{target} has joined',
  'notice.join_request_joined.text': 'Somebody with an invitation link has joined as {target}.',
  'notice.seats_low.subject': '{left} member {left|seat is|seats are} left',
  'notice.seats_low.text':
    '{used} of {max} member seats are taken. Extend the plan or disable accounts that nobody uses.',
  'notice.seats_full.subject': 'All {max} member seats are taken',
  'notice.seats_full.text':
    '{used} of {max} member seats are taken: nobody can be added. Extend the plan or disable accounts that nobody uses.',
  'notice.certificate_ending.subject': 'The certificate of {names} ends in {days} {days|day|days}',
  'notice.certificate_ending.text':
    'The certificate that you uploaded for {names} ends in {days} {days|day|days}. Upload a new one under “Host names & certificates”; without one programs warn or refuse to connect.',
  'notice.certificate_failing.subject': 'No certificate for {name}',
  'notice.certificate_failing.text':
    '{attempts} attempts in a row to get a certificate for {name} failed. What the authority says: {reason}',
  'notice.bin_ending.subject': 'The mail of {name} is deleted in {days} {days|day|days}',
  'notice.bin_ending.text':
    'The time of {address} in the recycle bin ends in {days} {days|day|days}. Restore it, hand it over or copy its mail before.',
  'notice.job_done.subject': '{job}: done',
  'notice.job_done.text': '{job}, begun by {actor}, is done.',
  'notice.job_failed.subject': '{job}: failed',
  'notice.job_failed.text': '{job}, begun by {actor}, failed. {error}. It can be tried again in the console.',
  'notice.jobs.mail.copy': 'Copying of mail',
  'notice.jobs.mail.free': 'Freeing of deleted mail',
  'notice.jobs.members.quota': 'Setting of capacities',
  'operation.notice.settings_changed': 'Settings of notices changed',
} as const;
