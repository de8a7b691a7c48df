import { open, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

export interface Listener {
  /** The connection of the one who was expected; rejects when the listener is closed before. */
  readonly connection: Promise<Socket>;
  close(): Promise<void>;
}

/**
 * Listens on a socket in a folder and takes one connection. The folder's path may be longer than the 107 bytes a
 * socket address holds: it is reached through its open descriptor.
 */
export async function listenOnce(folder: string, name: string): Promise<Listener> {
  // Of an earlier start of the same guest.
  await rm(join(folder, name), { force: true });
  const handle = await open(folder, 'r');
  const server = createServer();
  const connection = new Promise<Socket>((resolve, reject) => {
    server.once('connection', (socket) => {
      server.close();
      resolve(socket);
    });
    server.once('close', () => reject(new Error(`nobody connected to ${name}`)));
  });
  // Whoever awaits it learns of it; nobody may, when QEMU never started.
  connection.catch(() => undefined);
  try {
    await listening(server, `/proc/self/fd/${handle.fd}/${name}`);
  } finally {
    await handle.close();
  }
  return {
    connection,
    close: () => new Promise((resolve) => (server.listening ? server.close(() => resolve()) : resolve())),
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}
