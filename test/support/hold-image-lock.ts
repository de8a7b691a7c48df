// A process that takes an image's lock, says so, and keeps it until it is killed. Arguments: output folder, image.
import { withImageLock } from '../../src/builder/host/image-lock.ts';

const [outputRoot = '', image = ''] = process.argv.slice(2);
const signal = new AbortController().signal;
await withImageLock(
  { outputRoot, image, command: 'kiln bake other', wait: false, note: () => {}, signal },
  async () => {
    process.stdout.write('held\n');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  },
);
