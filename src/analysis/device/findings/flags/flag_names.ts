/** Names of flags in lower case with `_` between words, and what they tell of their thing when they are up. */
export type FlagNames = readonly [names: RegExp, what: string];

/** A word in the place of a value that tells trouble of what its field is named after. */
export interface NamedValue {
  readonly name: RegExp;
  readonly value: RegExp;
  readonly what: string;
}

const END =
  "(?:_(?:alarm|fault|error|detected|active|tripped|flag|state|status|condition|event|indicator)){0,3}$";

/** Names that end in one of these, with or without a word that says that it is a flag of trouble. */
export function flags(text: string): RegExp {
  return new RegExp(`(?:^|_)(?:${text})${END}`);
}
