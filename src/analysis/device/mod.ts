/**
 * Diagnosis of one device from its messages: what belongs to it, what family it is of, whether it
 * can be reached, and what is wrong. Loading it takes half of the program's start, so that the rest imports it when a device
 * is judged first (`await import`), and what is small from its own file.
 */
export type { DeviceDiagnosis } from "./diagnosis.ts";
export { deviceFilters } from "./filters.ts";
export { isTopicFilter } from "./naming/names.ts";
export { DeviceObserver } from "./observer.ts";
export { fleetFilters, FleetObserver } from "./fleet/observer.ts";
export { topicsOfDocument } from "./fleet/described.ts";
export type { FleetReport } from "./fleet/report.ts";
export { expectedReply, wideReach } from "./replies.ts";
