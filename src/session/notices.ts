const KEPT_NOTICES = 20;
const KEPT_OWNERS = 1000;

/** What every client of a session has to be told once. Bounded: the oldest are forgotten. */
export class Notices {
  readonly #notices: { seq: number; text: string; about?: string }[] = [];
  readonly #told = new Map<string, number>();
  #seq = 0;

  /** From now on this owner is told; what was before is not news to them. */
  introduce(owner: string): void {
    if (this.#told.has(owner)) return;
    this.#remember(owner);
  }

  /** A notice `about` something takes the place of the one before about the same. */
  add(text: string, about?: string): void {
    const before = about === undefined
      ? -1
      : this.#notices.findIndex((notice) => notice.about === about);
    if (before >= 0) this.#notices.splice(before, 1);
    this.#notices.push({ seq: ++this.#seq, text, about });
    if (this.#notices.length > KEPT_NOTICES) this.#notices.shift();
  }

  /** What this owner was not told yet, or null; without what is about something that `shown` tells of. */
  take(owner: string, shown?: ReadonlySet<string>): string | null {
    const told = this.#told.get(owner) ?? this.#seq;
    const news = this.#notices.filter(({ seq, about }) =>
      seq > told && (about === undefined || !shown?.has(about))
    );
    this.#remember(owner);
    return news.length === 0 ? null : news.map((notice) => notice.text).join(". ");
  }

  #remember(owner: string): void {
    this.#told.delete(owner);
    this.#told.set(owner, this.#seq);
    if (this.#told.size <= KEPT_OWNERS) return;
    for (const oldest of this.#told.keys()) {
      this.#told.delete(oldest);
      break;
    }
  }
}
