/**
 * Who can log in to the appliance: nobody yet, whoever has an SSH key, or also an administrator with a password.
 * provisioners/85-console, access, finds it out.
 */
export type Access = 'open' | 'keys' | 'password';

/** What somebody at the console may want to do. */
export const actions = [
  'look',
  'network',
  'names',
  'password',
  'history',
  'drain',
  'restart',
  'power-off',
  'decide',
] as const;
export type Action = (typeof actions)[number];

/** What a person in front of a machine does with its cable and its power button anyway. */
const byHand: readonly Action[] = ['network', 'drain', 'restart', 'power-off', 'decide'];

/**
 * Whether whoever is at the console may do something: one table, that docs/console.md has as well.
 * @returns `ask` for the administrator's password first
 */
export function permission(action: Action, access: Access): 'allowed' | 'ask' | 'refused' {
  if (action === 'look') return 'allowed';
  switch (access) {
    case 'open':
      return 'allowed';
    case 'password':
      return 'ask';
    case 'keys':
      // A password would be a way in past the keys.
      return byHand.includes(action) ? 'allowed' : 'refused';
  }
}
