import { XmlDocument, XmlParseError } from 'libxml2-wasm';
import type { Tell } from './rules.ts';

const NAMESPACE = 'http://schemas.dmtf.org/ovf/envelope/1';

/**
 * The text of a descriptor: well-formed, of OVF 1.x, with every prefix declared and no mark of a template.
 * @returns false when it is not even XML
 */
export function checkForm(text: string, tell: Tell): boolean {
  const fault = parseFault(text);
  if (fault !== undefined) {
    tell('ovf-form', 'the document', fault);
    return false;
  }
  if (!new RegExp(`<Envelope\\s[^>]*xmlns="${NAMESPACE}"`).test(text))
    tell('ovf-form', 'Envelope', `its namespace is not ${NAMESPACE}`);
  const declared = new Set([...text.matchAll(/\sxmlns:([\w-]+)=/g)].map(([, prefix]) => prefix));
  for (const [, prefix = ''] of text.matchAll(/[\s</]([\w-]+):[\w-]+[\s=>/]/g))
    if (!declared.has(prefix) && prefix !== 'xml' && prefix !== 'xmlns')
      tell('ovf-form', prefix, 'this prefix is used and not declared');
  const mark = /\{\{|\}\}|\$\{/.exec(text)?.[0];
  if (mark !== undefined) tell('ovf-form', mark, 'a template mark was left');
  return true;
}

/** What libxml2, which importers use as well, has against the text: Kiln's reader takes more than XML. */
function parseFault(text: string): string | undefined {
  try {
    XmlDocument.fromString(text).dispose();
    return undefined;
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error;
    return error.message.trim().split('\n')[0];
  }
}
