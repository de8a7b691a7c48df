import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smallBase } from './small-base.ts';

/** A small bundle that an appliance has to look at; it is not meant to be installed. */
export interface BundleSpec {
  /** File name without `.raucb`. */
  readonly name: string;
  readonly compatible: string;
  readonly format: 'verity' | 'plain';
}

export interface BundleMaker {
  /** The authority that all of these bundles are signed under, PEM. */
  readonly authority: string;
  /** @returns path of the bundle */
  make(spec: BundleSpec): string;
}

const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });

/**
 * Makes bundles as somebody else would: by Debian 13's own RAUC, under an authority of their own.
 * @param folder a new one, for a tree of Debian and what is made in it
 */
export async function bundleMaker(folder: string): Promise<BundleMaker> {
  const tree = join(folder, 'tree');
  mkdirSync(tree, { recursive: true });
  execFileSync('tar', ['-xf', await smallBase(folder, ['rauc', 'squashfs-tools']), '-C', tree, '--exclude=./dev/*']);
  const work = join(tree, 'work');
  mkdirSync(work);
  certify(work);
  return {
    authority: join(work, 'authority.pem'),
    make({ name, compatible, format }) {
      const content = join(work, name);
      mkdirSync(content);
      writeFileSync(join(content, 'rootfs.img'), randomBytes(2 ** 20));
      writeFileSync(
        join(content, 'manifest.raucm'),
        `[update]\ncompatible=${compatible}\nversion=9.9.9\n[bundle]\nformat=${format}\n[image.rootfs]\nfilename=rootfs.img\n`,
      );
      writeFileSync(
        join(work, 'rauc.conf'),
        `[system]\ncompatible=any\nbootloader=noop\nbundle-formats=plain verity\n[keyring]\npath=/work/authority.pem\ncheck-purpose=codesign\n`,
      );
      const bundle = ['bundle', '--cert=/work/signer.pem', '--key=/work/signer.key'];
      inTree(tree, 'rauc', '--conf=/work/rauc.conf', ...bundle, `/work/${name}`, `/work/${name}.raucb`);
      return join(work, `${name}.raucb`);
    },
  };
}

/** RAUC hands open files to libraries by their names in /proc; the mounts end with the command. */
function inTree(tree: string, ...argv: string[]): void {
  const script =
    'for d in proc dev; do mount --rbind "/$d" "$1/$d"; done; cd "$1"; tree=$1; shift; exec chroot "$tree" "$@"';
  execFileSync('unshare', ['--mount', 'sh', '-euc', script, 'sh', tree, ...argv], { stdio: 'pipe' });
}

function certify(folder: string): void {
  const at = (name: string): string => join(folder, name);
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '9',
    '-subj',
    '/CN=O',
    '-keyout',
    at('authority.key'),
    '-out',
    at('authority.pem'),
  );
  openssl('req', ...key, '-subj', '/CN=Signer', '-keyout', at('signer.key'), '-out', at('signer.csr'));
  const use = 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n';
  writeFileSync(at('use'), use);
  const issuer = ['-CA', at('authority.pem'), '-CAkey', at('authority.key'), '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    at('signer.csr'),
    ...issuer,
    '-days',
    '9',
    '-extfile',
    at('use'),
    '-out',
    at('signer.pem'),
  );
}
