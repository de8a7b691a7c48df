import type { PlatformSource } from './channel.ts';
import { singleDocument } from './single-document.ts';

/** A disc or disk labelled KILN-CONFIG; `import-wanted` copies its document. */
export const disc: PlatformSource = {
  channel: 'disc',
  title: 'the disc labelled KILN-CONFIG',
  owns: (file) => file.startsWith('disc:'),
  read: singleDocument,
};
