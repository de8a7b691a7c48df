import { fileURLToPath } from 'node:url';

/** Root of Kiln's own files: `packer/`, `provisioners/` and the rest lie in it. */
export const kilnRoot = fileURLToPath(new URL('../../../', import.meta.url));
/** Packer, cloud-init and boot templates. */
export const templateRoot = fileURLToPath(new URL('../../../packer/', import.meta.url));
/** Kiln's own provisioners. */
export const provisionerRoot = fileURLToPath(new URL('../../../provisioners/', import.meta.url));
