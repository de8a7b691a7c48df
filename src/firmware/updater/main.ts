// The update client: root, no network listener, a Unix socket that systemd opens for it. It ends when nothing is waited for.
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { placesBelow } from '../platform/places.ts';
import { AuditLog } from './audit-log.ts';
import { requestHandler } from './requests.ts';
import { serveUpdates } from './server.ts';
import { StateStore } from './state-store.ts';
import { thisAppliance } from './this-appliance.ts';
import { Updater } from './updater.ts';

/** The first socket that systemd hands over: sd_listen_fds(3). */
const FIRST_SOCKET = 3;

const places = placesBelow('/');
// The agent tells where updates stand; what is not for everybody has a mode of its own.
await mkdir(places.updates, { recursive: true });
await chmod(places.updates, 0o755);
const appliance = await thisAppliance(places);
const store = await StateStore.open(places.updates, appliance.now(), appliance.standing.bootId, appliance.tell);
const audit = await AuditLog.open(join(places.updates, 'audit.log'));
const updater = new Updater(appliance, store, audit);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

await updater.begin();
const served = await serveUpdates({ fd: FIRST_SOCKET }, requestHandler(updater));
await updater.run(stop.signal, () => served.connections > 0);
await served.close();
await audit.close();
