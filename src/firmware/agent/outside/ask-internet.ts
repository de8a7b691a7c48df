import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Configuration } from '../../../contract/configuration/configuration.ts';
import { isException } from '../../platform/proxy-exception.ts';

/** A proxy that wants to know who asks (RFC 9110, section 15.5.8). */
const PROXY_LOGIN = 407;

/**
 * Gets an address, through the proxy where there is one. What it answers is not read, redirects are not followed.
 * @param authorities PEM of those whose signature counts
 * @param signal gives up
 * @returns what was found, in one line
 * @throws {Error} when nothing came, or an answer of 400 and above
 */
export async function askInternet(
  url: URL,
  proxy: Configuration['proxy'],
  authorities: string,
  signal: AbortSignal,
): Promise<string> {
  const way = proxy !== null && !isException(url.hostname, proxy.exceptions) ? new URL(proxy.url) : null;
  const status = await (way === null ? direct(url, authorities, signal) : through(way, url, authorities, signal));
  const by = way === null ? '' : ` through ${way.host}`;
  if (status === PROXY_LOGIN && proxy?.username != null)
    return `the proxy ${way?.host} answers; what is behind it is not known, for its password is not for checks`;
  if (status >= 400) throw new Error(`${url.href} answered ${status}${by}`);
  return `${url.href} answered ${status}${by}`;
}

function direct(url: URL, ca: string, signal: AbortSignal): Promise<number> {
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return statusOf(start(url, { method: 'GET', agent: false, signal, ca }));
}

async function through(way: URL, url: URL, ca: string, signal: AbortSignal): Promise<number> {
  const proxy = {
    host: way.hostname.replace(/^\[|\]$/g, ''),
    port: Number(way.port || 80),
    agent: false,
    signal,
  } as const;
  if (url.protocol === 'http:')
    return statusOf(httpRequest({ ...proxy, method: 'GET', path: url.href, headers: { host: url.host } }));
  const target = `${url.hostname}:${url.port || 443}`;
  const asked = httpRequest({ ...proxy, method: 'CONNECT', path: target, headers: { host: target } });
  const tunnel = await new Promise<Socket | number>((resolve, reject) => {
    asked.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.once('response', (response) => resolve(response.statusCode ?? 0));
    asked.once('error', reject);
    asked.end();
  });
  if (typeof tunnel === 'number') {
    if (tunnel === PROXY_LOGIN) return tunnel;
    throw new Error(`the proxy ${way.host} answered ${tunnel}`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ socket: tunnel, host, ...name, ca });
  try {
    return await statusOf(
      httpRequest(url.href.replace('https:', 'http:'), { method: 'GET', signal, createConnection: () => socket }),
    );
  } finally {
    socket.destroy();
  }
}

function statusOf(asked: ClientRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    asked.once('response', (response: IncomingMessage) => {
      resolve(response.statusCode ?? 0);
      asked.destroy();
    });
    asked.on('error', reject);
    asked.end();
  });
}
