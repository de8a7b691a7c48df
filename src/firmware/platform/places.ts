import { join } from 'node:path';

/** Where things lie in an appliance. One record, so that tests can point a program at folders of their own. */
export interface Places {
  /** Whose file systems, processes and cards are looked at. */
  readonly root: string;
  /** Versions of the configuration, on the data partition. */
  readonly configuration: string;
  /** A change of the configuration that waits for its confirmation. */
  readonly pending: string;
  /** There while a change of the configuration is under way: after a power cut it tells that files may be half changed. */
  readonly changing: string;
  /** Version of the image that made the files last. */
  readonly renderedBy: string;
  /** What was rendered from the configuration, and what was there before. For root alone. */
  readonly rendered: string;
  /** Held while the configuration is changed. */
  readonly configurationLock: string;
  /** There where port 443 is open and TLS has a certificate of ours. */
  readonly tlsEnabled: string;
  /** The certificate shown on port 443. */
  readonly certificate: string;
  /** There while the appliance is drained. In memory: a restart ends a drain. */
  readonly drain: string;
  /** When the appliance was first in service since it started: an agent that is started again does not know. */
  readonly firstInService: string;
  /** Checks of the payload that came with the image. */
  readonly payloadChecks: string;
  /** Values a minute, on the data partition. */
  readonly history: string;
  /** What kiln-outside.service found out. In memory. */
  readonly outsideResults: string;
  /** Debian's authorities and the operator's, in PEM. */
  readonly trustedAuthorities: string;
  /** Socket that the TLS listener passes requests to. */
  readonly publicSocket: string;
  /** State of updates, their audit log, the channel's metadata, receipts: on the data partition. */
  readonly updates: string;
  /** Socket of the update client, for root alone. */
  readonly updaterSocket: string;
  /** root.json of the channel that the image trusts; not there when it trusts none. */
  readonly channelRoot: string;
}

export function placesBelow(root: string): Places {
  return {
    root,
    configuration: join(root, 'var/lib/kiln/configuration'),
    pending: join(root, 'var/lib/kiln/pending.json'),
    changing: join(root, 'var/lib/kiln/changing'),
    renderedBy: join(root, 'var/lib/kiln/rendered-by'),
    rendered: join(root, 'var/lib/kiln/rendered.json'),
    configurationLock: join(root, 'run/kiln-configuration/lock'),
    tlsEnabled: join(root, 'etc/systemd/system/nginx.service.requires/kiln-tls.service'),
    certificate: join(root, 'var/lib/kiln/tls/certificate.pem'),
    drain: join(root, 'run/kiln/drained'),
    firstInService: join(root, 'run/kiln-agent/first-in-service'),
    payloadChecks: join(root, 'usr/lib/kiln/checks.json'),
    history: join(root, 'var/lib/kiln-agent/history'),
    outsideResults: join(root, 'run/kiln-outside/results.json'),
    trustedAuthorities: join(root, 'etc/ssl/certs/ca-certificates.crt'),
    publicSocket: join(root, 'run/kiln-agent/public.sock'),
    updates: join(root, 'var/lib/kiln/updates'),
    updaterSocket: join(root, 'run/kiln-updater/socket'),
    channelRoot: join(root, 'usr/lib/kiln/channel-root.json'),
  };
}

/** The agent on loopback, for programs of the appliance itself. */
export const AGENT_PORT = 9110;
/** Debian's prometheus-node-exporter, on loopback. */
export const NODE_EXPORTER_PORT = 9100;
