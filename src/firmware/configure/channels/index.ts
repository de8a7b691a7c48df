import type { PlatformSource } from './channel.ts';
import { disc } from './disc.ts';
import { ovf } from './ovf.ts';
import { userData } from './user-data.ts';

/** The strongest first, as in the table of precedence. */
export const platformSources: readonly PlatformSource[] = [disc, ovf, userData];
