import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { StepProgress } from '../progress.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { inSandbox } from '../sandbox/sandbox.ts';
import { packerBuild } from '../tools/packer.ts';
import { makeKeyPair } from '../tools/ssh-keygen.ts';
import { inBuildMachine } from '../vm-source/build-machine.ts';
import type { Provisioner } from './provisioners.ts';
import { PROVISIONER_MARK, renderBuild } from './render.ts';

export interface ProvisionInput {
  recipe: Recipe;
  epoch: number;
  /** The unpacked base tree; it becomes the root tree. */
  treeDir: string;
  /** Unpacked tool tree, for the disk of the build VM. */
  toolTree: string;
  provisioners: readonly Provisioner[];
  /** Authorities the appliance takes update bundles from, PEM. */
  keyring: string;
  source: 'sandbox' | 'vm';
  /** Folder in which the rendered build appears: the very files `kiln render` writes. */
  renderDir: string;
  /** Folder the logs go to. */
  logDir: string;
}

const SANDBOX_SECONDS = 3600;
const VM_SECONDS = 3 * 3600;

/**
 * Runs every provisioner over the tree through Packer, in the source chosen.
 * @throws {KilnError} `provisioner-failed`, or as the tools
 */
export async function provision(ctx: Context, step: StepProgress, input: ProvisionInput): Promise<void> {
  const { recipe, epoch, provisioners, keyring, renderDir, logDir, treeDir } = input;
  const logFile = join(logDir, 'provision.log');
  await rm(logFile, { force: true });
  const stateDir = join(ctx.scratch, 'packer-state');
  await mkdir(stateDir);
  const build = (only: string, variables: Record<string, string>, timeoutSeconds: number): Promise<void> =>
    packerBuild(ctx.exec, {
      folder: renderDir,
      only,
      variables,
      stateDir,
      timeoutSeconds,
      logFile,
      mark: PROVISIONER_MARK,
      onLine: (line) => step.detail(line.replace(/^.*?: /, '')),
    });
  if (input.source === 'sandbox') {
    await renderBuild({ recipe, epoch, provisioners, keyring }, renderDir);
    await inSandbox(ctx, { treeDir, logFile: join(logDir, 'sandbox.log') }, ({ host, port, privateKeyFile }) =>
      build(
        'null.sandbox',
        { as_root: '', ssh_host: host, ssh_port: String(port), ssh_private_key_file: privateKeyFile },
        SANDBOX_SECONDS,
      ),
    );
  } else {
    const key = join(ctx.scratch, 'vm_key');
    const { publicKey } = await makeKeyPair(ctx.exec, key, 'kiln');
    await renderBuild({ recipe, epoch, provisioners, keyring, sshPublicKey: publicKey }, renderDir);
    await inBuildMachine(ctx, step, input, (variables) =>
      build('qemu.vm', { ...variables, ssh_private_key_file: key }, VM_SECONDS),
    );
  }
}
