/** What {@linkcode ./rights_probe.ts} must find, however the program was started. */

const DENIED = "NotCapable";

/** At the start. `outside`: whether files outside the image's directories may be opened. */
export function rightsAtFirst({ outside }: { outside: boolean }) {
  return {
    "read inside": "done",
    "write inside": "done",
    "read outside": outside ? "done" : DENIED,
    "write outside": outside ? "done" : DENIED,
    "run": DENIED,
    "ffi": DENIED,
    "sys uid": "done",
    "sys hostname": "done",
    "sys others": DENIED,
    "variable of the table": "done",
    "password variable": "done",
    "other variable": "NotFound",
    "unix socket": "done",
    "network": "done",
  };
}

/** Once the program has given up what it needs no longer. */
export const rightsLeft = {
  "read inside": DENIED,
  "write inside": DENIED,
  "read outside": DENIED,
  "write outside": DENIED,
  "run": DENIED,
  "ffi": DENIED,
  "sys uid": DENIED,
  "sys hostname": DENIED,
  "sys others": DENIED,
  "variable of the table": "done",
  "password variable": "done",
  "other variable": "NotFound",
  "unix socket": DENIED,
  "network": "done",
};
