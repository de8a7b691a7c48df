#!/usr/bin/env node
// The package's program: makes Node read TypeScript, then runs it.
import { register } from 'tsx/esm/api';

register();
await import('./kiln.ts');
