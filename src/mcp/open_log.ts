import type { Config } from "../config/mod.ts";
import { ConfigError } from "../config/config_error.ts";
import { fileTrouble } from "../file_trouble.ts";
import { type LogLine, type RunningLog, startLog } from "../log.ts";

/**
 * Opens the log that the settings name.
 * @throws {ConfigError} when its file cannot be written
 */
export function openLog(config: Config, onLine?: (line: LogLine) => void): RunningLog {
  try {
    return startLog({ level: config.logLevel, file: config.logFile, onLine });
  } catch (error) {
    throw new ConfigError(`Cannot open LOG_FILE "${config.logFile}": ${fileTrouble(error)}`);
  }
}
