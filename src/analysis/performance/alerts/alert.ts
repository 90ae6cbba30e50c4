/** A figure that crossed its threshold. */
export interface Alert {
  readonly severity: "info" | "warning" | "error";
  readonly code: string;
  /** A sentence with the figure in it. */
  readonly message: string;
  readonly value: number;
  readonly threshold: number;
  readonly unit: string;
}
