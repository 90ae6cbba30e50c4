const END =
  "(?:_(?:alarm|fault|error|detected|active|tripped|flag|state|status|condition|event|indicator)){0,3}$";

/** Names that end in one of these, with or without a word that says that it is a flag of trouble. */
export function flags(text: string): RegExp {
  return new RegExp(`(?:^|_)(?:${text})${END}`);
}
