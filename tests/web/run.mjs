// Runs the type check or the browser test: node run.mjs types|browser SERVE_FIXTURE. Installs what package-lock.json pins when
// it is missing or older. Exit code 77 says "skipped": no chromium, or the packages cannot be had; with HEADLIGHT_REQUIRE_NODE=1
// that is a failure.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [, , what, serve_fixture] = process.argv;

/** @param {string} why */
function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(process.env.HEADLIGHT_REQUIRE_NODE ? 1 : 77);
}

/**
 * @param {string} program
 * @param {string[]} words
 * @param {Record<string, string>} [environment]
 */
function run(program, words, environment = {}) {
  return spawnSync(program, words, { cwd: here, stdio: "inherit", env: { ...process.env, ...environment } }).status ?? 1;
}

if (Number(process.versions.node.split(".")[0]) < 18) skip(`node 18 or newer is needed, this is ${process.versions.node}`);
const lock = join(here, "package-lock.json"),
  installed = join(here, "node_modules", ".package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  if (run("npm", ["ci", "--no-audit", "--no-fund"]) !== 0) skip("npm ci failed; it needs a registry the first time");
}
if (what === "types")
  process.exit(run(process.execPath, [join(here, "node_modules", "typescript", "bin", "tsc"), "--project", "tsconfig.json"]));
if (what !== "browser" || !serve_fixture) {
  console.error("use: node run.mjs types|browser SERVE_FIXTURE");
  process.exit(1);
}
const chromium = process.env.HEADLIGHT_CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(chromium)) skip(`there is no ${chromium}; HEADLIGHT_CHROMIUM names another`);
process.exit(
  run(process.execPath, ["--test", "--test-concurrency=1", "browser.test.mjs"], {
    SERVE_FIXTURE: serve_fixture,
    HEADLIGHT_CHROMIUM: chromium,
  }),
);
