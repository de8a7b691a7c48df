import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { bundleFirmware } from '../../../../src/builder/steps/firmware.ts';
import { placesBelow } from '../../../../src/firmware/platform/places.ts';
import { serveUpdates, type UpdateHandler } from '../../../../src/firmware/updater/server.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real appliancectl, as it is bundled, below a root of its own. */
export class Program {
  readonly folder = tempFolder();
  readonly file: string;
  readonly root = join(this.folder, 'root');
  readonly socket = placesBelow(this.root).updaterSocket;

  private constructor(file: string) {
    this.file = file;
    mkdirSync(dirname(this.socket), { recursive: true });
  }

  static async made(): Promise<Program> {
    const files = await bundleFirmware(tempFolder());
    return new Program(files.find((file) => file.endsWith('appliancectl.mjs')) ?? '');
  }

  /** @param started is given the running process */
  run(args: readonly string[], started: (child: ChildProcess) => void = () => undefined): Promise<Result> {
    return new Promise((resolve) => {
      const env = { PATH: process.env.PATH, KILN_ROOT: this.root, SUDO_USER: 'ada' };
      const whole = [this.file, 'update', ...args];
      const child = execFile(process.execPath, whole, { env, cwd: this.folder }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
      child.stdin?.end();
      started(child);
    });
  }

  /** Serves the socket as the update client does, while `work` goes on. */
  async served<T>(handle: UpdateHandler['handle'], work: () => Promise<T>): Promise<T> {
    const served = await serveUpdates(this.socket, { handle });
    try {
      return await work();
    } finally {
      await served.close();
    }
  }

  /** The same with somebody at the other end who keeps to no protocol. */
  async servedBy<T>(talk: (socket: Socket) => void, work: () => Promise<T>): Promise<T> {
    rmSync(this.socket, { force: true });
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      talk(socket);
    });
    server.listen(this.socket);
    await once(server, 'listening');
    try {
      return await work();
    } finally {
      server.close();
      // One that is not read from never learns that its other end has gone.
      for (const socket of sockets) socket.destroy();
    }
  }
}
