/** How far a judgement of many devices is; others get their turn at each. */
interface Step {
  readonly done: number;
  /** 0 until it is known how many there are. */
  readonly of: number;
}

/** Work in steps. */
export type Steps<T> = Generator<Step, T>;

/** A step before it is known how many there are. */
export const PREPARING: Step = { done: 0, of: 0 };
const ITEMS_OF_A_STEP = 250;

/** The items one by one, with a step after every few of them: fewer where each is costly. */
export function* inSteps<T>(
  items: Iterable<T>,
  work: (item: T) => void,
  itemsOfAStep = ITEMS_OF_A_STEP,
): Steps<void> {
  let left = itemsOfAStep;
  for (const item of items) {
    work(item);
    if (--left > 0) continue;
    left = itemsOfAStep;
    yield PREPARING;
  }
}

/** Bytes that are read at once. */
const BYTES_OF_A_STEP = 64 * 1024;
/** What a message costs however short it is, in bytes of reading. */
const BYTES_OF_A_MESSAGE = 256;

/** Messages one by one, with a step after every few of their bytes. */
export function inPieces<T extends { readonly payload: Uint8Array }>(
  messages: readonly T[],
  work: (message: T) => void,
): Steps<void>;
export function inPieces<T>(
  messages: readonly T[],
  work: (message: T) => void,
  payloadOf: (message: T) => Uint8Array,
): Steps<void>;
export function* inPieces<T extends { readonly payload: Uint8Array }>(
  messages: readonly T[],
  work: (message: T) => void,
  payloadOf = ({ payload }: T) => payload,
): Steps<void> {
  let left = BYTES_OF_A_STEP;
  for (const message of messages) {
    work(message);
    left -= BYTES_OF_A_MESSAGE + payloadOf(message).length;
    if (left > 0) continue;
    left = BYTES_OF_A_STEP;
    yield PREPARING;
  }
}

const ITEMS_OF_A_SORT = 4_000;

/** The items in order, by merging short sorted runs. */
export function* sortedInSteps<T>(items: readonly T[], keyOf: (item: T) => string): Steps<T[]> {
  let runs: T[][] = [];
  for (let i = 0; i < items.length; i += ITEMS_OF_A_SORT) {
    const run = items.slice(i, i + ITEMS_OF_A_SORT);
    runs.push(run.sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1));
    yield PREPARING;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const other = runs[i + 1];
      merged.push(other === undefined ? runs[i] : yield* mergedInSteps([runs[i], other], keyOf));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergedInSteps<T>([a, b]: [T[], T[]], keyOf: (item: T) => string): Steps<T[]> {
  const merged: T[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const takesA = j === b.length || i < a.length && keyOf(a[i]) <= keyOf(b[j]);
    merged.push(takesA ? a[i++] : b[j++]);
    if (merged.length % ITEMS_OF_A_SORT === 0) yield PREPARING;
  }
  return merged;
}

/** The result of work whose steps need no turn of others. */
export function resultOf<T>(steps: Steps<T>): T {
  while (true) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
