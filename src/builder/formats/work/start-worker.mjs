// Where a thread begins. In plain JavaScript, because a new thread does not take over the TypeScript loader that the
// main thread was started with or has registered since.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
