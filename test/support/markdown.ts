/**
 * The relative links of a page that lead nowhere.
 * @param look text of the page at a path (empty: the page itself), '' for a file that is no page, undefined for none
 */
export function brokenLinks(page: string, look: (path: string) => string | undefined): string[] {
  const prose = page
    .replace(/^```[^\n]*\n[\s\S]*?^```$/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '));
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', heading] = link.split('#');
    const text = look(path);
    return text === undefined || (heading !== undefined && !headings(text).includes(heading));
  });
}

/** Names that GitHub gives to headings. */
function headings(text: string): string[] {
  const outside = text.replace(/^```[^\n]*\n[\s\S]*?^```$/gm, '');
  return [...outside.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** First column of the table whose first heading is `heading`: the words in backquotes, one a row. */
export function tableColumn(page: string, heading: string): string[] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start < 0) return [];
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map((line) => /^\| `([^`]+)` \|/.exec(line)?.[1] ?? line);
}
