/** What the command line prints besides its help. */
export const commandPhrases = {
  'command.failed': 'hongyan: {reason}',
  'command.error_at': '{file}, line {line}: {reason}',
  'command.password_prompt': 'Password for {address}: ',
  'command.password_again': 'The same again: ',
  'command.password_differs': 'The two are not the same.',
  'command.password_missing':
    'No password was given. Type it at the prompt, or send it with --password-stdin.',
  'command.password_set': 'The password of {address} is set.',
  'command.generated_password': 'Generated password for {address}: {password}',
  'command.added': 'Added: {name}',
  'command.removed': 'Removed: {name}',
  'command.changed': 'Changed: {name}',
  'command.nothing': 'Nothing there.',
  'command.no_tenant': 'There is no company yet. Make one: hongyan setup --domain example.com',
  'command.several_tenants': 'There are several companies. Name one with --tenant.',
  'command.setup_done':
    'The company {name} with the domain {domain} and the administrator {address} is ready.',
  'command.setup_exists': 'There is a company already.',
} as const;
