/** What judges devices, with all its findings: half of the program. Import it with `import()`, when somebody asks. */
export { DeviceObserver } from "./observer.ts";
export { FleetObserver } from "./fleet/observer.ts";
