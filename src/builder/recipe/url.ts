/** Whether `text` is a web address a customer can open: http or https, a host, no user name or password. */
export function isWebUrl(text: string): boolean {
  return isUrlOf(text, ['http:', 'https:']);
}

/**
 * Whether `text` is a package mirror apt can read from. A user name or password is refused: recipes are committed
 * and the mirror is named in logs.
 */
export function isMirrorUrl(text: string): boolean {
  return isUrlOf(text, ['http:', 'https:', 'file:']);
}

function isUrlOf(text: string, protocols: readonly string[]): boolean {
  if (/[\s"'\\<>[\]]/.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  return protocols.includes(url.protocol) && (url.protocol === 'file:' || url.host !== '');
}
