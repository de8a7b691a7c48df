import { KilnError } from '../errors.ts';

/** A template that asks for what cannot be given. */
export function templateMistake(message: string): KilnError {
  return new KilnError({ code: 'template-invalid', message, hint: 'Correct the template in packer/.' });
}
