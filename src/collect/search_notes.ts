import { countOf } from "../payload/limits.ts";
import { HIDDEN } from "../payload/secrets.ts";

/** Why a message may hold what was not found in it. */
export interface Unsearched {
  /** Secrets are hidden in it. */
  readonly isHidden: boolean;
  /** It is beyond the bounds within which payloads are read. */
  readonly isUnread: boolean;
  /** Only the beginning of its payload is kept. */
  readonly isHeadOnly?: boolean;
}

/** What a search could not look into, and the fields that no message had: why finding nothing may say nothing. */
export class SearchNotes {
  #hidden = 0;
  #headOnly = 0;
  #unread = 0;
  /** Paths that were asked for, by whether a message had them. */
  readonly #paths = new Map<string, boolean>();

  /** Notes a message that was searched. */
  message({ isHidden, isUnread, isHeadOnly }: Unsearched): void {
    if (isHidden) this.#hidden++;
    if (isHeadOnly) this.#headOnly++;
    else if (isUnread) this.#unread++;
  }

  /** Notes whether a message has a field that was asked for; of one that is not read whole only that it has. */
  field(path: string, isThere: boolean): void {
    if (isThere || !this.#paths.has(path)) this.#paths.set(path, isThere);
  }

  /** Whether there are messages whose fields are not all known. */
  get isPartial(): boolean {
    return this.#headOnly + this.#unread > 0;
  }

  /** What was not searched, in words; undefined where all was. */
  get notSearched(): string | undefined {
    const parts: string[] = [];
    if (this.#hidden > 0) {
      parts.push(`Hidden values (${HIDDEN}) in ${countOf(this.#hidden, "message")}`);
    }
    if (this.#headOnly > 0) {
      parts.push(
        `What follows the beginning of ${
          countOf(this.#headOnly, "message")
        }, of which only that was kept`,
      );
    }
    if (this.#unread > 0) {
      parts.push(
        `The fields of ${
          countOf(this.#unread, "message")
        } too large or deep to be read; contains searches what is text`,
      );
    }
    return parts.length === 0 ? undefined : parts.join(". ");
  }

  /** Paths that were asked for, and that none of the messages had whose fields are known. */
  get missingPaths(): string[] {
    return [...this.#paths].filter(([, isThere]) => !isThere).map(([path]) => path);
  }
}
