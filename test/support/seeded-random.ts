/** The same numbers each time for the same seed (Numerical Recipes' generator). @returns a whole number from 0, below */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pieces = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  '\u0000',
  '1e400',
  'null',
  '"__proto__":',
  '-',
  '😀',
  '\n',
  '0',
];

/** A text with up to three places damaged. */
export function damaged(text: string, random: (below: number) => number): string {
  let result = text;
  for (let cuts = random(3); cuts >= 0; cuts--) {
    const at = random(result.length);
    result = result.slice(0, at) + (pieces[random(pieces.length)] ?? '') + result.slice(at + random(4));
  }
  return result;
}
