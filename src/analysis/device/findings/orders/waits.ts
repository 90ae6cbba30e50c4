/** How long what is asked for, or is driven, is given until it must show: one list for all rules. */
export const WAIT = {
  /** What follows has begun to by then, and what was asked for before and is asked for again need not wait longer. */
  begunMs: 5_000,
  /** What is asked for once is told. */
  onceMs: 15_000,
  /** It shows in any word, or by what is there soon. */
  shownMs: 20_000,
  /** What moves has come to an end of its way, or was in vain. */
  movedMs: 30_000,
  /** What runs has brought about something. */
  broughtMs: 60_000,
  /** So it has where it was on already, and a number has gone all its way. */
  allTheWayMs: 120_000,
  /** What is heated is warmer. */
  warmerMs: 240_000,
} as const;
