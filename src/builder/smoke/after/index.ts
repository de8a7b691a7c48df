import type { AfterCheck } from './after-check.ts';
import { stateInData } from './state-in-data.ts';
import { tableMoved } from './table-moved.ts';

/** Asked of the disk once the guest is off. */
export const afterChecks: readonly AfterCheck[] = [tableMoved, stateInData];
