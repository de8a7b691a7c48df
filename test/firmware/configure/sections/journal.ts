import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Room } from './room.ts';

const MACHINE = '0123456789abcdef0123456789abcdef';

/** The room's journal: files as journald writes them, by systemd's own program for those who have no journald. */
export class Journal {
  readonly #writer: ChildProcess;
  #entries = 0;

  private constructor(writer: ChildProcess) {
    this.#writer = writer;
  }

  static async open(room: Room): Promise<Journal> {
    writeFileSync(room.path('/etc/machine-id'), `${MACHINE}\n`);
    const folder = `/var/log/journal/${MACHINE}`;
    await room.run(['install', '-d', '-m', '2755', '-g', 'systemd-journal', '/var/log/journal', folder]);
    const program = ['/usr/lib/systemd/systemd-journal-remote', '--output', `${folder}/system.journal`, '-'];
    const writer = room.start(['sh', '-c', 'umask 027; exec "$@"', 'sh', ...program], room.path('/journal.log'));
    return new Journal(writer);
  }

  /** Logs one message as a daemon called `sample` would. */
  log(message: string, identifier = 'sample'): void {
    this.#entries += 1;
    // Journal Export Format, https://systemd.io/JOURNAL_EXPORT_FORMATS/
    const fields = {
      __REALTIME_TIMESTAMP: String(Date.now() * 1000 + this.#entries),
      __MONOTONIC_TIMESTAMP: String(this.#entries * 1000),
      _BOOT_ID: MACHINE,
      _MACHINE_ID: MACHINE,
      MESSAGE: message,
      PRIORITY: '4',
      SYSLOG_FACILITY: '3',
      SYSLOG_IDENTIFIER: identifier,
      _PID: '77',
    };
    const text = Object.entries(fields).map(([name, value]) => `${name}=${value}\n`);
    this.#writer.stdin?.write(`${text.join('')}\n`);
  }
}
