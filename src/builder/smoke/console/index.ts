import type { ConsoleCheck } from './console-check.ts';
import { consoleKernel } from './console-kernel.ts';
import { consoleLogin } from './console-login.ts';
import { consoleRoot } from './console-root.ts';
import { consoleSecureBoot } from './console-secure-boot.ts';
import { consoleState } from './console-state.ts';

/** Asked of every guest, also of those that let nobody in. */
export const consoleChecks: readonly ConsoleCheck[] = [
  consoleLogin,
  consoleState,
  consoleRoot,
  consoleSecureBoot,
  consoleKernel,
];
