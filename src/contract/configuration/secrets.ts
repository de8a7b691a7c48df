import type { Configuration } from './configuration.ts';

/** Stands where a secret is, in everything that can be read; whoever hands it back keeps the secret as it is. */
export const KEPT_SECRET = '(secret)';

/** Secrets by their place: a JSON pointer in which the items of a list go by their name. */
export type Secrets = Readonly<Record<string, string>>;

/** Every place a secret can be, and how it is replaced. One table, so that nothing is shown that should not be. */
export function mapSecrets(
  configuration: Configuration,
  replace: (place: string, value: string) => string,
): Configuration {
  const { proxy, smtp, tls, monitoring } = configuration;
  const at = <T extends string | null>(place: string, value: T): T =>
    (value === null ? null : replace(place, value)) as T;
  return {
    ...configuration,
    proxy: proxy && { ...proxy, password: at('/proxy/password', proxy.password) },
    smtp: smtp && { ...smtp, password: at('/smtp/password', smtp.password) },
    // An archive is never kept: it became key and certificate before.
    tls: tls && 'key' in tls ? { ...tls, key: at('/tls/key', tls.key) } : tls,
    monitoring: {
      ...monitoring,
      snmp: {
        ...monitoring.snmp,
        users: monitoring.snmp.users.map((user) => {
          const place = `/monitoring/snmp/users/${user.name}`;
          return {
            ...user,
            authenticationPassword: at(`${place}/authenticationPassword`, user.authenticationPassword),
            privacyPassword: at(`${place}/privacyPassword`, user.privacyPassword),
          };
        }),
      },
    },
  };
}

/** Takes the secrets out: what is left can be shown to anyone who may read the configuration. */
export function takeSecrets(configuration: Configuration): {
  readonly shown: Configuration;
  readonly secrets: Secrets;
} {
  const secrets: Record<string, string> = {};
  const shown = mapSecrets(configuration, (place, value) => {
    secrets[place] = value;
    return KEPT_SECRET;
  });
  return { shown, secrets };
}

/**
 * Puts secrets back where a document says that they are kept.
 * @returns the whole, and the places of which no secret is known
 */
export function putSecrets(
  shown: Configuration,
  secrets: Secrets,
): { readonly configuration: Configuration; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const configuration = mapSecrets(shown, (place, value) => {
    if (value !== KEPT_SECRET) return value;
    const known = Object.hasOwn(secrets, place) ? secrets[place] : undefined;
    if (known === undefined) missing.push(place);
    return known ?? value;
  });
  return { configuration, missing };
}
