/**
 * Whether `text` can name an image, a deployment or a service: it becomes part of file names, host names and OVF ids,
 * so it follows the strictest of them, a DNS label (RFC 1123 section 2.1), kept to 32 characters and led by a letter.
 */
export function isName(text: string): boolean {
  return text.length <= 32 && /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/.test(text);
}

/** Whether `text` is a Debian package name (Debian Policy 5.6.1). A version or architecture after it is not taken. */
export function isPackageName(text: string): boolean {
  return text.length <= 128 && /^[a-z0-9][a-z0-9+.-]+$/.test(text);
}
