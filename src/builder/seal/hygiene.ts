import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { brokenRule } from './match.ts';
import { type TreeEntry, walk } from './walk.ts';

export interface Finding {
  /** Which rule: one of `sealRules` or of the checks in this file. */
  readonly rule: string;
  /** Absolute inside the appliance: `/etc/shadow`. */
  readonly path: string;
  /** What is wrong with it. */
  readonly why: string;
}

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;
/** The one account that ships; like all others it has no password, and no key. */
const ADMINISTRATOR = 'admin';
/** Where state and configuration lie. Libraries under /usr carry test keys of their own that open nothing. */
const KEY_ROOTS = /^(etc|root|home|var|srv|opt|boot|data)\//;
const KEY_FILE_LIMIT = 1 << 20;

/** Walks a sealed tree and lists all that must not ship. An empty list is the only good answer. */
export function inspect(tree: string, epoch: number): Finding[] {
  const findings: Finding[] = [];
  const found = (rule: string, path: string, why: string): void => {
    findings.push({ rule, path: `/${path}`, why });
  };
  for (const entry of walk(tree)) {
    const { path, stat } = entry;
    const rule = brokenRule(entry);
    if (rule !== undefined) found(rule.id, path, rule.why);
    if (stat.mtimeMs > epoch * 1000) found('time-stamp', path, 'younger than the epoch of the image');
    if (stat.isSocket() || stat.isFIFO()) found('special-file', path, 'a socket or pipe left over from the bake');
    if (stat.isCharacterDevice() || stat.isBlockDevice()) found('device-nodes', path, 'a device node in the tree');
    if (!stat.isSymbolicLink() && (stat.mode & 0o002) !== 0 && !(stat.isDirectory() && (stat.mode & 0o1000) !== 0)) {
      found('world-writable', path, 'anyone may write to it');
    }
    if (holdsPrivateKey(tree, entry)) found('private-key', path, 'holds a private key');
  }
  findings.push(...accounts(tree), ...resolver(tree));
  return findings;
}

function holdsPrivateKey(tree: string, { path, stat }: TreeEntry): boolean {
  if (!stat.isFile() || stat.size > KEY_FILE_LIMIT || !KEY_ROOTS.test(path)) return false;
  return PRIVATE_KEY.test(readFileSync(join(tree, path), 'latin1'));
}

function accounts(tree: string): Finding[] {
  const findings: Finding[] = [];
  for (const line of lines(tree, 'etc/shadow')) {
    const [name = '', hash = ''] = line.split(':');
    // An empty field lets anyone in; one that starts with ! or * lets nobody in by password.
    if (!/^[!*]/.test(hash)) findings.push({ rule: 'password', path: '/etc/shadow', why: `${name} has a password` });
  }
  for (const line of lines(tree, 'etc/passwd')) {
    const [name = '', password = '', uid = ''] = line.split(':');
    if (password !== 'x') findings.push({ rule: 'password', path: '/etc/passwd', why: `${name} is not shadowed` });
    if (uid === '0' && name !== 'root')
      findings.push({ rule: 'second-root', path: '/etc/passwd', why: `${name} has uid 0` });
    if (Number(uid) >= 1000 && Number(uid) < 65_000 && name !== ADMINISTRATOR) {
      findings.push({ rule: 'account', path: '/etc/passwd', why: `${name} is a person's account` });
    }
  }
  return findings;
}

function resolver(tree: string): Finding[] {
  const path = 'etc/resolv.conf';
  const stat = lstatSync(join(tree, path), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isSymbolicLink() && readlinkSync(join(tree, path)).includes('run/systemd/resolve/')) return [];
  return [{ rule: 'resolver', path: `/${path}`, why: 'the name servers of the build host' }];
}

function lines(tree: string, path: string): string[] {
  if (lstatSync(join(tree, path), { throwIfNoEntry: false }) === undefined) return [];
  return readFileSync(join(tree, path), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
