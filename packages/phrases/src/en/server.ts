/** What `serve` prints. */
export const serverPhrases = {
  'serve.title': 'Hongyan {version} is running.',
  'serve.first_run': 'A company was made for you: {domain}',
  'serve.passwords_once': 'These passwords are shown only now. Write them down.',
  'serve.administrator': 'administrator',
  'serve.member': 'member',
  'serve.password': 'password {password}',
  'serve.password_given': 'the password from HONGYAN_SETUP_PASSWORD',
  'serve.listening': 'Listening:',
  'serve.service.smtp': 'SMTP, mail from other servers',
  'serve.service.submission': 'submission with STARTTLS, mail from your programs',
  'serve.service.submissions': 'submission with TLS',
  'serve.service.imap': 'IMAP with STARTTLS',
  'serve.service.imaps': 'IMAP with TLS',
  'serve.service.pop3': 'POP3 with STLS',
  'serve.service.pop3s': 'POP3 with TLS',
  'serve.service.sieve': 'ManageSieve with STARTTLS, filter scripts',
  'serve.service.web': 'webmail and JMAP',
  'serve.service.https': 'web with TLS',
  'serve.service.http': 'HTTP: certificates, and on to HTTPS',
  'serve.try': 'Try it. Three lines to paste:',
  'serve.try_send': 'send a message from alice to bob',
  'serve.try_read': 'read it in bob’s inbox',
  'serve.try_data': 'see where the data lies',
  'serve.no_company': 'There is no company yet. Make one: hongyan setup --domain example.com',
  'serve.stop_hint': 'Ctrl-C stops the server.',
  'serve.stopping': 'Stopping: no new connections; those under way have {seconds} s to finish.',
  'serve.stopped': 'Stopped.',
  'serve.locked':
    'Another server runs on the data directory {folder} (process {pid}). Stop it first, or choose another directory.',
  'serve.locked_by_command':
    'A command is at work on the data directory {folder} (process {pid}). Wait until it is done.',
  'serve.port_taken':
    'Port {port} on {host} is taken by another program. HONGYAN_PORT_OFFSET=100 shifts all ports.',
  'serve.port_forbidden': 'Port {port} on {host} may not be opened by this user.',
  'serve.file_unreadable': 'The file {file} cannot be read: {reason}',
  'serve.objects': 'store.objects cannot be used: {reason}',
  'serve.store_url': 'store.url cannot be used: {reason}',
  'serve.newer_release':
    'The data was changed by a newer release that this one cannot work beside (its rows need version {needed}, this program knows {known}). Install that release here, too.',
  'serve.rows_in_files':
    'store.url is set, but directory, queue and records are in files ({file}). Move them with hongyan move-to-postgres, or take store.url out.',
  'serve.rows_in_postgres':
    'Directory, queue and records were moved to PostgreSQL ({file} says so), but store.url is not set.',
  'serve.rows_on_their_way':
    'Rows are being moved into this database from {from}. Call hongyan move-to-postgres there again until it is done.',
  'serve.node_name': 'node.name may have letters, digits, dots and hyphens, at most 63: {name}',
  'serve.node_name_taken':
    'Another server with the node name {name} works on this database. Give each node a node.name of its own.',
  'serve.node_database': 'The database did not answer when this node signed on: {reason}',
  'serve.node_clock':
    'The clock of this machine is {seconds} s away from that of the database server. Nodes need synchronised clocks.',
  'serve.master_key_missing':
    'This database belongs to an installation whose key is not here. Copy keys/master.key from another node to {file}.',
  'serve.master_key_differs':
    'The key {file} is not that of this database. Copy keys/master.key from the node that made it.',
  'serve.blobs_elsewhere':
    'The bodies of this database are not in {folder}. All nodes have to share one directory (store.blobs). If it was moved or lost, write {id} into {file}.',
  'serve.monitoring_token': 'monitoring.host {host} can be reached by others: set monitoring.token_file.',
  'serve.no_address': 'This machine has none of the addresses to listen on: {hosts}',
  'serve.worker_failed': 'A process of the group could not start: {reason}',
  'serve.demo_filling': 'Filling the sample company …',
  'serve.demo_filled': 'Sample company: {people} people, {departments} departments, {messages} messages.',
  'serve.demo_password': 'All of them sign in with the password {password}',
  'activation.activate.subject': 'Your mailbox at {company}',
  'activation.activate.text':
    'Your mailbox {address} is ready. Open this link and choose a password:\n\n{link}\n\nThe link works once, until {until}. If you do not know {company}, ignore this mail.\n',
  'activation.reset.subject': 'Choose a new password for {address}',
  'activation.reset.text':
    'An administrator of {company} made a link with which you choose a new password for {address}:\n\n{link}\n\nThe link works once, until {until}. Until then your old password stays. If you did not ask for it, tell your administrator.\n',
} as const;
