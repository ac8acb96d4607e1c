import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { StartError } from '../start-error.ts';

const nameForm = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/;

/** The node's name: the configured one, else that of the machine. Throws `StartError` for one that is no name. */
export function nodeName(config: Config): string {
  const name = config.node.name ?? hostname().slice(0, 63);
  if (!nameForm.test(name)) throw new StartError('serve.node_name', { name: name.slice(0, 80) });
  return name;
}
