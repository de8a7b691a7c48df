import type { Form } from './field.ts';

/** NIST SP 800-63B, section 3.1.1.2, asks for length and for nothing else; theirs is 15 where it stands alone. */
const MIN_CHARACTERS = 15;
/** What crypt(5) and PAM both take. */
const MAX_CHARACTERS = 128;

/** A new password of the administrator. */
export const passwordForm: Form = {
  title: 'Password of the administrator',
  intro:
    'For the account admin, at this console alone: SSH goes on taking keys only. Once there is a password, the menu asks for it before it changes anything.',
  submit: 'Set',
  fields: [
    {
      name: 'password',
      label: 'New password',
      kind: 'secret',
      help: `${MIN_CHARACTERS} characters or more; a few words do.`,
      places: [],
    },
    { name: 'again', label: 'Once more', kind: 'secret', help: 'The same again.', places: [] },
  ],
  check: ({ password = '', again = '' }) => {
    if (password.length < MIN_CHARACTERS)
      return { password: [`${MIN_CHARACTERS} characters or more are needed; these are ${password.length}`] };
    if (password.length > MAX_CHARACTERS) return { password: [`at most ${MAX_CHARACTERS} characters are taken`] };
    return password === again ? {} : { again: ['this is not the same'] };
  },
};

/** The password that there is. */
export const loginForm: Form = {
  title: 'Password',
  intro: 'The password of the account admin is needed for this. It is asked for once, until you leave the menu.',
  submit: 'Continue',
  fields: [
    {
      name: 'password',
      label: 'Password',
      kind: 'secret',
      help: 'Lost? Log in over SSH: sudo passwd admin',
      places: [],
    },
  ],
};
