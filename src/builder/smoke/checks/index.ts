import { agent } from './agent.ts';
import type { Check } from './check.ts';
import { clock } from './clock.ts';
import { cloudInit } from './cloud-init.ts';
import { configuration } from './configuration.ts';
import { dataGrown } from './data-grown.ts';
import { diskDriver } from './disk-driver.ts';
import { firmware } from './firmware.ts';
import { kernelLog } from './kernel-log.ts';
import { keysOnly } from './keys-only.ts';
import { networkDriver } from './network-driver.ts';
import { openPorts } from './open-ports.ts';
import { rootByPartuuid } from './root-by-partuuid.ts';
import { rootReadOnly } from './root-read-only.ts';
import { secureBoot } from './secure-boot.ts';
import { settings } from './settings.ts';
import { slotA } from './slot.ts';
import { systemRunning } from './system-running.ts';

/** Asked over SSH, in this order: first what waits until the guest has come up, so that the rest finds it at rest. */
export const checks: readonly Check[] = [
  systemRunning,
  cloudInit,
  settings,
  configuration,
  firmware,
  secureBoot,
  slotA,
  rootReadOnly,
  rootByPartuuid,
  dataGrown,
  diskDriver,
  networkDriver,
  openPorts,
  keysOnly,
  agent,
  clock,
  kernelLog,
];
