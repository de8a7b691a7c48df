import { connect, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Smtp } from '../../../contract/configuration/configuration.ts';
import { expect, SmtpDialog } from './smtp-dialog.ts';

/**
 * Talks to a mail server as far as one can without logging in, whose password is not for the eyes of a check: greeting,
 * EHLO, TLS by STARTTLS (RFC 3207) or from the start (RFC 8314), its certificate, EHLO again. No message is sent.
 * @param authorities PEM of those whose signature counts
 * @param signal gives up
 * @returns what was found, in one line
 * @throws {Error} when it is not as it should be
 */
export async function askMailServer(
  { server, port, security }: Pick<Smtp, 'server' | 'port' | 'security'>,
  authorities: string,
  signal: AbortSignal,
): Promise<string> {
  const plain = connect({ host: server, port, signal });
  const sockets: Socket[] = [plain];
  try {
    await connected(plain);
    const secure = async (): Promise<TLSSocket> => {
      const socket = await withTls(plain, server, authorities);
      sockets.push(socket);
      return socket;
    };
    let dialog = new SmtpDialog(security === 'tls' ? await secure() : plain);
    expect(await dialog.reply(), 220, 'greeting');
    const name = isIP(hostname()) ? 'localhost' : hostname();
    const offered = await dialog.say(`EHLO ${name}`, 250);
    if (security === 'starttls') {
      if (!offered.lines.some((line) => /^STARTTLS\s*$/i.test(line))) throw new Error('it offers no STARTTLS');
      await dialog.say('STARTTLS', 220);
      dialog.release();
      dialog = new SmtpDialog(await secure());
      await dialog.say(`EHLO ${name}`, 250);
    }
    await dialog.say('QUIT', 221);
    return `${server}:${port} answers, with TLS and a valid certificate`;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
}

function withTls(socket: Socket, server: string, authorities: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // A name for SNI must not be an address; the certificate is held against `host` then.
    const name = isIP(server) === 0 ? { servername: server } : {};
    const tls = connectTls({ socket, host: server, ...name, ca: authorities, minVersion: 'TLSv1.2' });
    tls.once('secureConnect', () => resolve(tls));
    tls.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed the connection before TLS was up')));
  });
}
