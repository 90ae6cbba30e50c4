#!/usr/bin/env node
// What `npx @bitsperity/mqtt-mcp` runs: starts the program with the Deno that npm installed, in the rights of flags.json,
// and is to its caller what the program itself would be. Deno's own starter waits without hearing signals.
"use strict";
const { spawn } = require("node:child_process");
const { accessSync, constants } = require("node:fs");
const { constants: { signals: signalNumbers } } = require("node:os");
const { dirname, join } = require("node:path");
const process = require("node:process");

const IMAGE = "the container image runs anywhere: docker run -i --rm --network host " +
  "ghcr.io/bitsperity/mqtt-mcp --stdio";

/** Deno's package for this machine. Throws with why there is none, and a way out. */
function packageName() {
  const { platform, arch } = process;
  const known = ["linux", "darwin", "win32"].includes(platform) && ["x64", "arm64"].includes(arch);
  if (!known) throw new Error(`${platform} on ${arch} is not supported. Try: ${IMAGE}`);
  if (platform !== "linux") return `@deno/${platform}-${arch}`;
  // a report would look up names of open connections, which can take long
  process.report.excludeNetwork = true;
  if (process.report.getReport().header.glibcVersionRuntime === undefined) {
    throw new Error(`this system's C library is not glibc (musl, as in Alpine). Try: ${IMAGE}`);
  }
  return `@deno/linux-${arch}-glibc`;
}

/** Path of Deno's program; its package's own install script need not have run. */
function findDeno() {
  const name = packageName();
  let folder;
  try {
    const paths = [dirname(require.resolve("deno/package.json"))];
    folder = dirname(require.resolve(`${name}/package.json`, { paths }));
  } catch {
    throw new Error(
      `npm did not install ${name}. Try: install again with optional packages ` +
        "(npm install --include=optional)",
    );
  }
  const path = join(folder, process.platform === "win32" ? "deno.exe" : "deno");
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Error(`${path} is missing or not executable. Try: remove ${folder}, install again`);
  }
  return path;
}

function fail(error) {
  process.stderr.write(`mqtt-mcp: Cannot start: ${error.message}\n`, () => process.exit(1));
}

function start() {
  const program = join(__dirname, "program", "mqtt-mcp.js");
  const child = spawn(findDeno(), [...require("./flags.json"), program, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: {
      ...process.env,
      DENO_NO_PACKAGE_JSON: "1",
      DENO_NO_UPDATE_CHECK: "1",
      // lets the program give freed memory back to the system
      DENO_USR2_MEMORY_TRIM: "1",
    },
  });
  child.on("error", fail);
  const passed = process.platform === "win32"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];
  for (const signal of passed) {
    process.on(signal, () => {
      // on Windows the console tells the child itself, and kill would end it at once
      if (process.platform !== "win32") child.kill(signal);
    });
  }
  child.on("exit", (code, signal) => {
    if (signal === null) return process.exit(code);
    for (const name of passed) process.removeAllListeners(name);
    process.exitCode = 128 + signalNumbers[signal];
    process.kill(process.pid, signal);
  });
}

try {
  start();
} catch (error) {
  fail(error);
}
