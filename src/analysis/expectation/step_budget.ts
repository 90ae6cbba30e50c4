/** Thrown when the steps are used up: what was asked cannot be told within them. */
export class StepsUsedUp extends Error {
  override readonly name = "StepsUsedUp";
}

/**
 * A bound on work that strangers or models can make long, counted in steps of about the same small cost rather than in
 * time: the outcome is the same on a busy machine.
 */
export class StepBudget {
  /** What may still be spent. */
  left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  /** Takes steps; throws {@linkcode StepsUsedUp} when there are not as many left. */
  spend(steps = 1): void {
    this.left -= steps;
    if (this.left < 0) throw new StepsUsedUp();
  }
}
