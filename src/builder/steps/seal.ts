import { join } from 'node:path';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import { asTreeOwner } from '../exec/rootless.ts';
import { kilnRoot } from '../render/places.ts';
import type { Finding } from '../seal/hygiene.ts';

const LIMIT_SECONDS = 600;
const SHOWN = 40;

/**
 * Seals a tree and looks whether it is clean.
 * @throws {KilnError} `seal-dirty` with every path that must not ship
 */
export async function sealTree(
  ctx: Context,
  input: { treeDir: string; epoch: number; logFile: string },
): Promise<void> {
  const { stdout } = await ctx.exec.run(
    asTreeOwner([
      process.execPath,
      '--import',
      import.meta.resolve('tsx'),
      join(kilnRoot, 'src/builder/seal/main.ts'),
      input.treeDir,
      String(input.epoch),
    ]),
    { purpose: 'seal the root tree', timeoutSeconds: LIMIT_SECONDS, logFile: input.logFile },
  );
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
  if (findings.length === 0) return;
  const lines = findings.slice(0, SHOWN).map(({ rule, path, why }) => `  ${path}: ${why} [${rule}]`);
  if (findings.length > SHOWN) lines.push(`  and ${findings.length - SHOWN} more`);
  throw new KilnError({
    code: 'seal-dirty',
    message: `the sealed tree holds what must not ship\n${lines.join('\n')}`,
    hint: 'Correct the provisioner that left it; docs/seal.md tells what each rule is for.',
  });
}
