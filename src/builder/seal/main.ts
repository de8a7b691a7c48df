import { inspect } from './hygiene.ts';
import { seal } from './seal.ts';

/**
 * Runs as the owner of the tree's files, in a process of its own: `main.ts TREE EPOCH`. Prints the findings as JSON.
 * Without privilege the files belong to subordinate ids, which only a process in their user namespace can change.
 */
const [tree, epoch] = process.argv.slice(2);
if (tree === undefined || epoch === undefined) throw new Error('usage: main.ts TREE EPOCH');
const removed = seal(tree, Number(epoch));
process.stdout.write(JSON.stringify({ removed, findings: inspect(tree, Number(epoch)) }));
