// Writes the parts of docs/ that are made from the code: `npm run docs`. Tests compare them.
import { echo, fs } from 'zx';
import { docBlocks, withBlock } from '../test/support/generated-docs.ts';

for (const block of await docBlocks()) {
  const before = await fs.readFile(block.file, 'utf8');
  const after = withBlock(before, block);
  if (after !== before) await fs.writeFile(block.file, after);
  echo(`${after === before ? 'same' : 'written'} ${block.file}: ${block.name}`);
}
