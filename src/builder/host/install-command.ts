import { quote } from '../exec/quote.ts';
import type { HostRelease } from './debian.ts';

/** Packages Debian 13 no longer has. Debian 12 holds the last free packer; it needs nothing but libc6. */
const onlyInBookworm: readonly string[] = ['packer'];

/**
 * Adds Debian 12 as a source that apt takes a package from only when the host's own release has none (priority 100,
 * apt_preferences(5)).
 */
const addBookworm = [
  'echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > /etc/apt/sources.list.d/kiln-bookworm.list',
  'printf "Package: *\\nPin: release n=bookworm\\nPin-Priority: 100\\n" > /etc/apt/preferences.d/kiln-bookworm',
];

/**
 * The one shell command that installs `packages` on this host, with sudo unless root runs it.
 * @returns null when there is nothing that apt could install
 */
export function installCommand(packages: readonly string[], release: HostRelease, isRoot: boolean): string | null {
  const gone = notInstallable(packages, release);
  const installable = packages.filter((name) => !gone.includes(name));
  if (installable.length === 0) return null;
  const needsBookworm = release.codename !== 'bookworm' && installable.some((name) => onlyInBookworm.includes(name));
  const command = [
    ...(needsBookworm ? addBookworm : []),
    'apt-get update',
    `apt-get install --yes --no-install-recommends ${installable.join(' ')}`,
  ].join(' && ');
  return isRoot ? command : quote(['sudo', 'sh', '-c', command]);
}

/** Those of `packages` that neither the host's release nor Debian 12 beside it brings: Kiln mixes only Debian with Debian. */
export function notInstallable(packages: readonly string[], release: HostRelease): string[] {
  return release.id === 'debian' ? [] : packages.filter((name) => onlyInBookworm.includes(name));
}
