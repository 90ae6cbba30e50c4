import { resolve } from "node:path";

/**
 * What `deno` and npm read from the environment to find their cache and the network. A program that starts `deno` with a
 * chosen environment hands these on: otherwise the child downloads everything again, or cannot.
 */
const NAMES = [
  /^(DENO_DIR|DENO_CERT|DENO_TLS_CA_STORE|DENO_AUTH_TOKENS|DENO_NO_UPDATE_CHECK)$/,
  /^(HOME|PATH|USERPROFILE|LOCALAPPDATA|XDG_CACHE_HOME|TMPDIR|TEMP|SYSTEMROOT)$/,
  /^(https?|all|no)_proxy$/i,
  /^npm_config_/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS)$/,
];

/** Of those, what an MCP host must be told. */
const FOR_HOSTS = /^(DENO_TLS_CA_STORE|NPM_CONFIG_REGISTRY)$/;
const FILES_FOR_HOSTS = /^(DENO_DIR|DENO_CERT|NODE_EXTRA_CA_CERTS)$/;

/** The variables of `all` that a `deno` started in this environment needs. */
export function runtimeEnvironment(
  all: Readonly<Record<string, string>> = Deno.env.toObject(),
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => NAMES.some((pattern) => pattern.test(name))),
  );
}

/**
 * The variables of `all` to write into a host's settings: hosts hand nearly nothing of their own environment on. Proxies
 * are left out where they hold a password.
 */
export function hostEnvironment(
  all: Readonly<Record<string, string>> = Deno.env.toObject(),
): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) {
    // set to nothing, as deno reads it, is not set; as a path it would be the working directory
    if (value === "") continue;
    const proxy = /^(https?|no)_proxy$/i.test(name) && !value.includes("@");
    if (FOR_HOSTS.test(name) || proxy) chosen[name] = value;
    // a host has a working directory of its own
    if (FILES_FOR_HOSTS.test(name)) chosen[name] = resolve(value);
  }
  return chosen;
}
