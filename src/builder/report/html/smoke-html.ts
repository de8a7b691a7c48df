import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { SmokeReport } from '../smoke-report.ts';
import { pageView } from './page-view.ts';
import { printable } from './printable.ts';

/** In this order: later ones overrule earlier ones. */
const styles = ['colours', 'page', 'tables', 'guest', 'narrow', 'print'] as const;
const partials = ['overview', 'chart', 'guest', 'requests', 'verdict'] as const;

/**
 * The report as one page that needs nothing beside it: styles and pictures are inside, there is no script, and its own
 * Content-Security-Policy (CSP level 3, `meta`) forbids to load anything. What guests said goes through the escapes of
 * Handlebars. Equal reports give equal pages.
 * @param pictures bytes of PNG files by their name in the report; one that is not there is named in the page
 */
export function smokeHtml(report: SmokeReport, pictures: ReadonlyMap<string, Buffer>): string {
  const engine = Handlebars.create();
  for (const partial of partials) engine.registerPartial(partial, template(partial));
  // A partial that was indented like its mark would indent the lines of a console too.
  const options = { strict: true, knownHelpersOnly: true, preventIndent: true };
  const view = {
    ...Object(printable(pageView(report, pictures))),
    style: styles.map((name) => read(`${name}.css`)).join(''),
  };
  return engine.compile(template('page'), options)(view);
}

function template(name: string): string {
  return read(`${name}.html.hbs`);
}

function read(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
}
