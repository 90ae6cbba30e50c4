/**
 * How many letters must be changed, added or left out to make one text of the other (Levenshtein distance), over at most
 * 40 characters of each: the texts may come from strangers.
 */
export function editDistance(a: string, b: string): number {
  const left = a.slice(0, 40);
  const right = b.slice(0, 40);
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = row[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[right.length];
}

/** Whether one word is the other with a letter changed, added, left out, or swapped with the next. */
export function isMisspelt(a: string, b: string): boolean {
  return editDistance(a, b) === 1 || areSwapped(a, b);
}

function areSwapped(a: string, b: string): boolean {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a.length === b.length && at + 1 < a.length && a[at] === b[at + 1] &&
    a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}
