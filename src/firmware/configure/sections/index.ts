import type { Section } from '../section.ts';

/** In the order they are put in force. */
export const sections: readonly Section[] = [];
