import Handlebars from 'handlebars';
import { KilnError } from '../errors.ts';

export type TemplateHelpers = Readonly<Record<string, (value: unknown) => string>>;

/**
 * Fills in a Handlebars template. Values go in as they are: the helpers given know the quoting of the language the
 * template is written in. A name that `data` does not have is an error, and so is a mark left in the result.
 * @param name shown in errors, the template's path for a person
 * @throws {KilnError} `template-invalid`
 */
export function renderTemplate(name: string, template: string, data: object, helpers: TemplateHelpers = {}): string {
  const handlebars = Handlebars.create();
  for (const [helper, apply] of Object.entries(helpers)) handlebars.registerHelper(helper, apply);
  let text: string;
  try {
    text = handlebars.compile(template, { strict: true, noEscape: true, knownHelpersOnly: false })(data);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new KilnError({
      code: 'template-invalid',
      message: `${name} cannot be filled in: ${reason}`,
      hint: 'Correct the name in the template, or give it in the code that fills it in.',
      cause,
    });
  }
  // Packer has marks of its own, which begin with a dot: {{ .Path }}.
  const left = /\{\{(?! \.)[^}\n]*\}?\}?/.exec(text);
  if (left !== null) {
    throw new KilnError({
      code: 'template-invalid',
      message: `${name} has a template mark left in its result: ${left[0]}`,
      hint: 'A value in the recipe must not hold {{; take it out.',
    });
  }
  return text;
}
