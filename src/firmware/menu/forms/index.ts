import type { ConfigurationForm, Form } from './field.ts';
import { namesForm } from './names.ts';
import { networkForm } from './network.ts';
import { loginForm, passwordForm } from './password.ts';

/** Forms that stand for parts of the configuration. A new one is a file and its line here. */
export const configurationForms = { network: networkForm, names: namesForm } as const satisfies Record<
  string,
  ConfigurationForm
>;
export type ConfigurationFormId = keyof typeof configurationForms;

export const forms = { ...configurationForms, password: passwordForm, login: loginForm } as const;
export type FormId = keyof typeof forms;

export function formOf(id: FormId): Form {
  return forms[id];
}

export function isConfigurationForm(id: FormId): id is ConfigurationFormId {
  return id in configurationForms;
}
