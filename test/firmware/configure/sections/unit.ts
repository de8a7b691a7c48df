import { readFileSync } from 'node:fs';
import type { Room } from './room.ts';

/** What a unit of the room's tree says. */
export interface Unit {
  /** Values of a setting, in their order; see systemd.service(5). */
  values(name: string): string[];
}

export function readUnit(room: Room, name: string): Unit {
  const text = readFileSync(room.path(`/usr/lib/systemd/system/${name}`), 'utf8');
  return {
    values: (setting) => [...text.matchAll(new RegExp(`^${setting}=(.*)$`, 'gm'))].map(([, value = '']) => value),
  };
}

/**
 * The command lines that systemd would run, as the user and with the rights it would give.
 * @param credentials folder that stands for `%d`
 */
export function commandLines(unit: Unit, setting: 'ExecStartPre' | 'ExecStart', credentials: string): string[][] {
  const [user = ''] = unit.values('User');
  const groups = unit.values('SupplementaryGroups');
  const rights = unit.values('AmbientCapabilities').filter((one) => one !== '');
  const names = rights.map((one) => `+${one.replace(/^CAP_/, '').toLowerCase()}`).join(',') || '-all';
  return unit
    .values(setting)
    .map((line) => [
      'setpriv',
      ...[
        '--reuid',
        user,
        '--regid',
        user,
        ...(groups.length > 0 ? ['--groups', groups.join(',')] : ['--clear-groups']),
      ],
      ...['--no-new-privs', '--bounding-set', names === '-all' ? names : `-all,${names}`],
      ...['--inh-caps', names, '--ambient-caps', names],
      ...['env', '-i', 'PATH=/usr/sbin:/usr/bin', ...unit.values('Environment')],
      ...line.replaceAll('%d', credentials).split(' '),
    ]);
}
