/**
 * Diagnosis of one device from its messages: what belongs to it, what family it is of, whether it
 * can be reached, and what is wrong. What judges is in `observers.ts`: all findings come with it, so it is
 * imported where a judgement is asked for, and not before.
 */
export type { DeviceDiagnosis } from "./diagnosis.ts";
export type { DeviceObserver } from "./observer.ts";
export type { FleetObserver } from "./fleet/observer.ts";
export type { FleetReport } from "./fleet/report.ts";
export { deviceFilters, fleetFilters } from "./filters.ts";
export { isTopicFilter } from "./naming/names.ts";
export { topicsOfDocument } from "./fleet/described.ts";
export { expectedReply, missingForReply, ownerOfTopic, wideReach } from "./replies.ts";
