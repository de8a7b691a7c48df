import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { askAgent } from '../platform/ask-agent.ts';
import { readIdentity } from '../platform/identity.ts';
import type { Places } from '../platform/places.ts';
import { runCommand } from '../platform/run-command.ts';
import { runScript } from '../platform/run-script.ts';
import type { Access } from './access.ts';
import type { Appliance, Fingerprint } from './appliance.ts';

const LIMIT_SECONDS = 30;
/** The account that provisioners/85-console makes. */
const ADMINISTRATOR = 'admin';
/** Its rules of asking: /etc/pam.d/kiln-console. */
const PAM_SERVICE = 'kiln-console';

/** The appliance this runs on. Everything but looking needs root. */
export function thisAppliance(places: Places, agentPort: number): Appliance {
  return {
    async facts() {
      const { title, slot } = await readIdentity(places.root);
      return {
        title: slot === null ? title : `${title}, slot ${slot}`,
        hostname: hostname(),
        addresses: addresses(),
        access: accessOf(await runScript(places.root, 'access')),
        status: await askAgent(agentPort).catch(() => null),
      };
    },
    fingerprints: async () => [...(await sshFingerprints(places.root)), ...(await certificate(places.certificate))],
    async authenticate(password) {
      const args = [PAM_SERVICE, ADMINISTRATOR, 'authenticate', 'acct_mgmt'];
      try {
        await runCommand('pamtester', args, LIMIT_SECONDS, `${password}\n`);
        return true;
      } catch (error) {
        // Its exit code says no. Anything else is a fault and not a wrong password.
        if ((error as { code?: unknown }).code === 1) return false;
        throw error;
      }
    },
    async setPassword(password) {
      await runCommand('chpasswd', [], LIMIT_SECONDS, `${ADMINISTRATOR}:${password}\n`);
      // There is somebody who can log in: the set-up code is worth nothing from now on.
      await runScript(places.root, 'setup-code');
    },
    async drain(on) {
      if (!on) return rm(places.drain, { force: true });
      await mkdir(dirname(places.drain), { recursive: true });
      await writeFile(places.drain, '');
    },
    restart: async () => void (await runCommand('systemctl', ['reboot'], LIMIT_SECONDS)),
    powerOff: async () => void (await runCommand('systemctl', ['poweroff'], LIMIT_SECONDS)),
  };
}

/** What is not understood is no permission. */
function accessOf(text: string): Access {
  const word = text.trim();
  return word === 'open' || word === 'keys' ? word : 'password';
}

function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((cards) => cards ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/.test(address))
    .map(({ cidr, address }) => cidr ?? address);
}

async function sshFingerprints(root: string): Promise<Fingerprint[]> {
  const folder = join(root, 'etc/ssh');
  const names = (await readdir(folder)).filter((name) => /^ssh_host_\w+_key\.pub$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await runCommand('ssh-keygen', ['-l', '-E', 'sha256', '-f', join(folder, name)], LIMIT_SECONDS);
      return {
        of: `SSH host key, ${/_host_(\w+)_key/.exec(name)?.[1] ?? name}`,
        fingerprint: text.split(' ')[1] ?? '',
      };
    }),
  );
}

async function certificate(path: string): Promise<Fingerprint[]> {
  const pem = await readFile(path).catch(() => null);
  if (pem === null) return [];
  const { fingerprint256, validTo } = new X509Certificate(pem);
  return [{ of: `TLS certificate, SHA-256, valid until ${validTo}`, fingerprint: fingerprint256 }];
}
