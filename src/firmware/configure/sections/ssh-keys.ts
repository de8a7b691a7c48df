import type { Section } from '../section.ts';

/** Keys of the operator's, besides those that the platform handed over; sshd_config(5), `AuthorizedKeysFile`. */
export const sshKeys: Section = {
  id: 'ssh',
  files: ({ ssh: { authorizedKeys } }) =>
    authorizedKeys.length === 0
      ? []
      : [{ path: '/etc/ssh/authorized_keys.d/admin', content: `${authorizedKeys.join('\n')}\n`, mode: 0o644 }],
  // The server reads it at each login.
  activate: () => [],
};
