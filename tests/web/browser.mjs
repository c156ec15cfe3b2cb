// A server over the test catalogue, a browser, and pages that note whatever should not happen.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContextOptions} Options */

const kFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const program = process.env.SERVE_FIXTURE ?? "";

export class Stage {
  folder = mkdtempSync(join(tmpdir(), "headlight-web-"));
  catalogue = join(this.folder, "catalogue.db");
  url = "";
  /** @type {import("playwright-core").Browser | null} */
  browser = null;
  /** @type {import("node:child_process").ChildProcess | null} */
  server = null;

  async open() {
    const server = spawn(program, [this.catalogue], { stdio: ["ignore", "pipe", "inherit"] });
    this.server = server;
    this.url = await new Promise((resolve, reject) => {
      createInterface({ input: server.stdout }).once("line", resolve);
      server.once("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
    });
    // chromium gets a new user-data-dir each time it is launched
    this.browser = await chromium.launch({ executablePath: process.env.HEADLIGHT_CHROMIUM ?? "/usr/bin/chromium", args: kFlags });
  }

  async close() {
    await this.browser?.close();
    this.server?.removeAllListeners("exit");
    this.server?.kill("SIGINT");
    const code = await new Promise((resolve) => this.server?.once("exit", resolve));
    rmSync(this.folder, { recursive: true, force: true });
    assert.equal(code, 0, "the server ends when it is asked to");
  }

  add_model() {
    assert.equal(spawnSync(program, ["add", this.catalogue], { stdio: "inherit" }).status, 0);
  }

  /** @param {string} path */
  async json(path) {
    const response = await fetch(new URL(path, this.url));
    assert.equal(response.status, 200, path);
    return (await response.json()).data;
  }

  /**
   * Opens a page, hands it to `act`, and then fails for each console message, failed request or request to elsewhere.
   * @param {string} path
   * @param {(page: Page) => Promise<void>} act
   * @param {Options} [options]
   */
  async visit(path, act, options = {}) {
    if (!this.browser) throw new Error("the stage is not open");
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    /** @type {string[]} */
    const problems = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
    page.on("dialog", (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.url)) problems.push(`asks elsewhere: ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
    });
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      if (why !== "net::ERR_ABORTED") problems.push(`failed: ${request.url()} ${why}`); // aborted: the page was left meanwhile
    });
    try {
      await page.goto(new URL(path, this.url).href);
      await act(page);
      assert.deepEqual(problems, [], path);
    } finally {
      await context.close();
    }
  }
}

/**
 * Waits until it holds. (Playwright's waitForFunction needs eval, which the pages do not allow.)
 * @param {() => Promise<boolean>} holds
 * @param {string} what
 */
export async function until(holds, what) {
  const end = performance.now() + 15000;
  while (performance.now() < end) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  assert.fail(`never: ${what}`);
}

/**
 * Waits for the modules and pictures that a page loads after itself. An event stream may stay open.
 * @param {Page} page
 */
export async function settled(page) {
  await page.waitForLoadState("load");
  let n_seen = -1;
  await until(async () => {
    const n = await page.evaluate(() => performance.getEntriesByType("resource").length);
    const same = n === n_seen;
    n_seen = n;
    if (!same) await page.waitForTimeout(200);
    return same;
  }, "nothing more is loaded");
}
