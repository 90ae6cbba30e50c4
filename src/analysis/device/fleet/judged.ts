import type { DeviceDiagnosis, DeviceVerdict } from "../diagnosis.ts";
import type { Finding, FindingCode } from "../finding_shape.ts";
import type { FleetGroup } from "./groups.ts";

/** A device with what its diagnosis comes to. */
export interface JudgedDevice {
  readonly group: FleetGroup;
  readonly diagnosis: DeviceVerdict;
  /** Discovery documents speak of it, and nothing else was heard of it. */
  readonly isOnlyDescribed?: boolean;
}

/** A device with those of its findings that are its own. */
export interface OwnFindings extends JudgedDevice {
  readonly findings: readonly Finding[];
}

/** A finding in an overview: its evidence is what `debug_device` gives. */
interface ShortFinding {
  readonly severity: Finding["severity"];
  readonly code: FindingCode;
  readonly title: string;
}

/** A device that something is wrong with. */
export interface SickDevice {
  /** What `debug_device` takes to mean it. */
  readonly device: string;
  readonly name: string;
  readonly convention: DeviceDiagnosis["convention"];
  readonly state: DeviceDiagnosis["connection"]["state"];
  readonly health: number | null;
  /** ISO 8601 in UTC; null when nothing came live. */
  readonly last_heard: string | null;
  /** The two worst. */
  readonly findings: readonly ShortFinding[];
  /** Findings besides those, when there are. */
  readonly more_findings?: number;
}
