import type { Recipe } from '../../../src/builder/recipe/recipe.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';

/** Words that mean something in HCL, Go templates, Handlebars, YAML, the shell or Markdown. A recipe may hold them. */
export const hostileWords = [
  `it's "quoted" \\ \`id\``,
  '${var.ssh_host} $${x} %{if true}',
  '{{ .Path }} {{{x}}} {{user `x`}}',
  '$(touch /tmp/pwned); rm -rf "$HOME" #',
  'ü ☃ 😀 \u2028 : - [x](y) | <b>',
] as const;

export function hostileRecipe(word: string): Recipe {
  return {
    ...sampleRecipe,
    title: word,
    description: `${word}\n${word}`,
    vendor: { name: word, url: `https://x.org/?a=${word}` },
  };
}
