import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const style = readFileSync(new URL('../../../../src/builder/report/html/colours.css', import.meta.url), 'utf8');

/** Colours of `:root`, first the light ones, then those of a dark screen. */
const themes = [...style.matchAll(/:root \{([\s\S]*?)\}/g)].slice(0, 2).map(([, block = '']) => {
  const pairs = [...block.matchAll(/--([a-z-]+): (#[0-9a-f]+);/g)];
  return new Map(pairs.map(([, name = '', colour = '']) => [name, colour]));
});

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit).join('') : colour.slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, contrast ratio: 1 to 21. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test('text has the contrast of WCAG AA, parts of the chart that of graphics, light and dark', () => {
  assert.is(themes.length, 2);
  assert.ok(Math.abs(contrast('#fff', '#000') - 21) < 0.01);
  const text = ['text', 'quiet', 'link', 'passed', 'failed', 'skipped'].map((name) => [name, 'page', 4.5] as const);
  const pills = ['passed', 'failed', 'skipped'].map((name) => [name, `${name}-ground`, 4.5] as const);
  const row = ['text', 'link'].map((name) => [name, 'failed-ground', 4.5] as const);
  const parts = ['firmware', 'loader', 'kernel', 'cloud-init', 'userland'].map((name) => [name, 'page', 3] as const);
  for (const [index, theme] of themes.entries()) {
    for (const [ink, ground, least] of [...text, ...pills, ...row, ...parts, ['text', 'raised', 4.5] as const]) {
      const ratio = contrast(theme.get(ink) ?? '', theme.get(ground) ?? '');
      assert.ok(ratio >= least, `theme ${index}: ${ink} on ${ground} has ${ratio.toFixed(2)}, needs ${least}`);
    }
  }
});

test.run();
