import type { PlatformSource } from './channel.ts';
import { singleDocument } from './single-document.ts';

/** The cloud's user-data; cloud-init's module `cc_kiln` copies what in it is meant for us. */
export const userData: PlatformSource = {
  channel: 'user-data',
  title: 'the user-data',
  owns: (file) => file.startsWith('user-data:'),
  read: singleDocument,
};
