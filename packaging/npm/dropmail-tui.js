#!/usr/bin/env node
// Runs the program for this platform, which npm has installed as an optional dependency.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const platform = `${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`@dropmail-tui/${platform}/bin/dropmail-tui`);
} catch {
  console.error(
    `dropmail-tui: the program for ${platform} is not installed. ` +
      (process.platform === "win32"
        ? "On Windows, install the package inside WSL."
        : "Install the package without --omit=optional, or build the program with cargo."),
  );
  process.exit(69);
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// The terminal sends Ctrl-C and Ctrl-\ to both processes. This process ignores both and lets the program handle them.
process.on("SIGINT", () => {});
process.on("SIGQUIT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  console.error(`dropmail-tui: cannot start ${program}: ${error.message}`);
  process.exitCode = 69;
});
child.on("exit", (code, signal) => {
  process.exitCode = signal ? 128 + constants.signals[signal] : code;
});
