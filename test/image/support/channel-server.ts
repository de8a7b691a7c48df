import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianPrograms } from '../../support/debian-programs.ts';
import { freePort } from '../../support/free-port.ts';

/** One answer, as nginx logged it. */
export interface Served {
  readonly path: string;
  readonly status: number;
  /** Of the body. */
  readonly bytes: number;
}

/** A channel on 127.0.0.1, by nginx as Debian ships it. */
export interface ChannelServer {
  readonly port: number;
  /** Every answer so far. */
  served(): Served[];
  close(): Promise<void>;
}

/** @param channel folder with the channel @param folder for nginx */
export async function serveChannel(channel: string, folder: string): Promise<ChannelServer> {
  const nginx = await debianPrograms('nginx');
  const port = await freePort();
  const log = join(folder, 'access.log');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`);
  writeFileSync(log, '');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `user ${userInfo().username};
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
    ${temporary.join('\n    ')}
    log_format served '$uri $status $body_bytes_sent';
    access_log ${log} served;
    server {
        listen 127.0.0.1:${port};
        root ${channel};
    }
}
`,
  );
  const settings = ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', join(folder, 'error.log')];
  const server: ChildProcess = spawn(nginx.path('usr/sbin/nginx'), settings, {
    env: { ...process.env, ...nginx.env },
    stdio: 'inherit',
  });
  await answering(port, server);
  return {
    port,
    served: () =>
      [...readFileSync(log, 'utf8').matchAll(/^(\S+) (\d+) (\d+)$/gm)].map(([, path = '', status, bytes]) => ({
        path,
        status: Number(status),
        bytes: Number(bytes),
      })),
    async close() {
      const ended = once(server, 'exit');
      server.kill('SIGQUIT');
      await ended;
    },
  };
}

async function answering(port: number, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answers = await fetch(`http://127.0.0.1:${port}/metadata/timestamp.json`).then(
      () => true,
      () => false,
    );
    if (answers) return;
    if (server.exitCode !== null) throw new Error(`nginx ended with ${server.exitCode}`);
    await sleep(100);
  }
  throw new Error('nginx does not answer');
}
