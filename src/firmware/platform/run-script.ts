import { join } from 'node:path';
import { runCommand } from './run-command.ts';

const LIMIT_SECONDS = 30;

/**
 * Runs one of the appliance's own shell scripts, which look at a tree.
 * @param root the tree; the scripts are its own
 * @returns what it printed
 * @throws {Error} when it fails
 */
export function runScript(root: string, name: 'access' | 'setup-code'): Promise<string> {
  return runCommand(join(root, 'usr/lib/kiln', name), root === '/' ? [] : [root], LIMIT_SECONDS);
}
