/**
 * Diagnosis of one device from its messages: what belongs to it, what family it is of, whether it
 * can be reached, and what is wrong.
 */
export type { DeviceDiagnosis } from "./diagnosis.ts";
export { deviceFilters } from "./filters.ts";
export { isTopicFilter } from "./naming/names.ts";
export { DeviceObserver } from "./observer.ts";
export { fleetFilters, FleetObserver } from "./fleet/observer.ts";
export { topicsOfDocument } from "./fleet/described.ts";
export type { FleetReport } from "./fleet/report.ts";
export { expectedReply, missingForReply, ownerOfTopic, wideReach } from "./replies.ts";
