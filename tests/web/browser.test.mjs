// Clicks through every page of the browser as a visitor would. Run by run.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit } from "./audit.mjs";
import { settled, Stage, until } from "./browser.mjs";

/** @typedef {import("playwright-core").Page} Page */

const stage = new Stage();
before(() => stage.open());
after(() => stage.close());

const kHead = "/models/tiny-gpt/heads/L2H5";
const kDetector = "/models/tiny-gpt/detectors/induction/score/repeated-random";
const kPages = [
  "/",
  "/models",
  "/models/tiny-gpt",
  "/models/steps/step00250",
  kHead,
  "/models/steps/step00250/heads/L0H4",
  kDetector,
  "/models/steps/step00250/detectors/induction/score/ioi",
  "/models/tiny-gpt/prompts?task=ioi",
  "/models/tiny-gpt/overlap",
  "/models/tiny-gpt/references",
  "/models/steps/step00250/references",
  "/catalogue",
  "/catalogue?family=induction&verdict=confirmed",
  "/catalogue?search=nothing",
  "/compare",
  "/compare?a=tiny-gpt&b=steps/step00250",
  "/families",
  "/families/induction",
  "/methods",
  "/methods/zero-ablation",
  "/tasks",
  "/tasks/ioi",
  "/runs",
  "/runs?status=failed",
  "/sql",
  "/sql?query=SELECT%20*%20FROM%20heads%20LIMIT%203",
  "/api",
];

/** @param {Page} page the words of the tip */
const tip = (page) => page.locator(".tip:not([hidden])").innerText();
/**
 * @param {Page} page
 * @param {string} part of the URL that the page comes to
 */
const at = (page, part) => page.waitForURL((url) => url.href.includes(part));
/** @param {Page} page marks the document, to see whether it is replaced */
const mark = (page) => page.evaluate(() => void Object.assign(window, { marked: true }));
/** @param {Page} page */
const is_marked = (page) => page.evaluate(() => "marked" in window);

for (const [scheme, width, height] of /** @type {const} */ ([
  ["light", 1280, 900],
  ["dark", 1280, 900],
  ["light", 390, 844],
  ["dark", 390, 844],
])) {
  test(`every page is whole, readable and quiet in ${scheme} colours at ${width} pixels`, async () => {
    for (const path of kPages) {
      await stage.visit(
        path,
        async (page) => {
          await settled(page);
          assert.deepEqual(await page.evaluate(audit), [], path);
        },
        { colorScheme: scheme, viewport: { width, height } },
      );
    }
  });
}

test("a run's page shows its state and its prompts", async () => {
  const runs = (await stage.json("/runs.json?limit=100")).runs;
  const failed = runs.find((/** @type {any} */ run) => run.status === "failed"),
    done = runs.find((/** @type {any} */ run) => run.status === "done");
  await stage.visit(`/runs/${failed.run}`, async (page) => {
    await page.getByText("out_of_memory").waitFor();
    await page.getByText("raise --memory").waitFor();
  });
  await stage.visit(`/runs/${done.run}`, async (page) => {
    await until(async () => (await page.locator(".strip circle.dot").count()) === 12, "a dot for each prompt");
  });
});

test("a visitor finds the way from the overview to a head", async () => {
  await stage.visit("/", async (page) => {
    await page.getByRole("heading", { name: "How to read the evidence" }).waitFor();
    await page.getByRole("link", { name: "tiny-gpt" }).first().click();
    await page.getByRole("heading", { name: "tiny-gpt", level: 1 }).waitFor();
    await page.locator(".found").getByRole("link", { name: "L2H5" }).click();
    await page.getByRole("heading", { name: "tiny-gpt L2H5", level: 1 }).waitFor();
    await page.locator(".verdicts .chip.confirmed").waitFor();
    await page.getByRole("navigation", { name: "You are here" }).getByRole("link", { name: "Models" }).click();
    assert.equal(new URL(page.url()).pathname, "/models");
  });
});

test("a grid shows a head under the pointer and opens it", async () => {
  const answer = await stage.json(`${kDetector}.json`);
  await stage.visit(kDetector, async (page) => {
    const canvas = page.locator("[data-grid] canvas").first();
    await canvas.waitFor();
    const box = await canvas.boundingBox();
    assert.ok(box);
    const cell = (box.width - 28) / 8;
    const place = { x: 26 + 5.5 * cell, y: 18 + 2.5 * cell };
    await canvas.hover({ position: place });
    const words = await tip(page);
    const score = answer.heads[2 * 8 + 5].score;
    assert.match(words, /^L2H5/);
    assert.ok(
      words.includes(score.toFixed(3)) &&
        words.includes("95 % interval") &&
        words.includes("null 0.025") &&
        words.includes("confirmed"),
      words,
    );
    await canvas.hover({ position: { x: 26 + 7.5 * cell, y: 18 + 0.5 * cell } });
    assert.match(await tip(page), /^L0H7\s+not measured/);
    await page.mouse.move(5, 5);
    assert.equal(await page.locator(".tip:not([hidden])").count(), 0);
    await canvas.click({ position: place });
    await at(page, `${kHead}`);
  });
});

test("a grid's colours say more and less, and hatch what is missing", async () => {
  await stage.visit(kDetector, async (page) => {
    await page.locator("[data-grid] canvas").first().waitFor();
    const [strong, weak, missing] = await page.evaluate(() => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("[data-grid] canvas"));
      const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const cell = (canvas.clientWidth - 28) / 8;
      const colours = (/** @type {number} */ layer, /** @type {number} */ head) => {
        const left = Math.round((26 + (head + 0.2) * cell) * devicePixelRatio),
          top = Math.round((18 + (layer + 0.2) * cell) * devicePixelRatio);
        const found = new Set();
        for (let y = top; y < top + 12; ++y)
          for (let x = left; x < left + 12; ++x)
            found.add([0, 1, 2].map((part) => data[4 * (y * canvas.width + x) + part]).join());
        return [...found];
      };
      return [colours(2, 5), colours(1, 1), colours(0, 7)];
    });
    const lightness = (/** @type {string} */ colour) => colour.split(",").reduce((sum, part) => sum + Number(part), 0);
    assert.equal(strong?.length, 1);
    assert.equal(weak?.length, 1);
    assert.ok(lightness(strong?.[0] ?? "") < lightness(weak?.[0] ?? "") - 200, `${strong} is darker than ${weak}`);
    assert.ok((missing?.length ?? 0) > 1, "hatched");
  });
});

test("a grid can be read and opened with the keyboard alone", async () => {
  await stage.visit("/models/tiny-gpt", async (page) => {
    const grid = page.locator("[data-grid]").first(),
      canvas = grid.locator("canvas").first();
    await canvas.focus();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
    const spoken = await grid.locator("[aria-live]").textContent();
    const head = spoken?.split(" ")[0];
    assert.match(spoken ?? "", /^L2H\d\s+[\d.−]+ share, 95 % interval/);
    await page.keyboard.press("Enter");
    await at(page, `/models/tiny-gpt/heads/${head}`);
  });
});

test("a head's page sets both kinds of evidence side by side, with the numbers of its JSON twin", async () => {
  const answer = await stage.json(`${kHead}.json`);
  await stage.visit(kHead, async (page) => {
    const row = page.locator(".evidence tbody", { hasText: "Induction head" }).filter({ hasText: "repeated-random" });
    const words = await row.innerText();
    for (const evidence of answer.evidence.filter(
      (/** @type {any} */ one) => one.family === "induction" && one.task === "repeated-random",
    )) {
      const output = evidence.outputs[0],
        score = Math.abs(output.score) >= 1 ? Math.abs(output.score).toFixed(2) : Math.abs(output.score).toFixed(3);
      assert.ok(words.includes(score), `${score} in ${words}`);
      assert.ok(words.includes(evidence.method) && words.includes("<0.001") && words.includes("confirmed"));
    }
    const dots = page.locator("[data-strip='induction score repeated-random'] circle.dot");
    await until(async () => (await dots.count()) === 12, "a dot for each prompt");
    assert.equal(await page.locator("[data-strip='induction score repeated-random'] circle.selecting").count(), 6);
    await dots.first().hover();
    assert.match(await tip(page), /^prompt \d+: 0\.\d+ share\s+of the half that (is reported|selects heads)\s+<\|endoftext\|>/);
  });
});

test("the patterns follow the chosen prompt, and the URL follows too", async () => {
  await stage.visit("/models/tiny-gpt/heads/L1H2?task=ioi&prompt=3", async (page) => {
    await page.locator(".pattern-map canvas").first().waitFor();
    assert.equal(await page.locator("#pattern-task").inputValue(), "ioi");
    assert.equal(await page.locator("#pattern-prompt").inputValue(), "3");
    const tokens = page.locator(".token-view button");
    await until(async () => (await tokens.count()) === 15, "the tokens of the prompt");
    assert.equal((await tokens.nth(2).textContent())?.trim(), "Anna");
    await tokens.nth(14).hover();
    assert.match(await page.locator(".tops li").first().innerText(), /8\d %\s+ring/); // the planted head looks at the token before
    await page.getByRole("button", { name: "Who looks at it" }).click();
    await tokens.nth(13).hover();
    assert.match(await page.locator(".tops li").first().innerText(), /8\d %\s+to/);
    await page.getByRole("button", { name: "Next prompt" }).click();
    await at(page, "?task=ioi&prompt=5");
    assert.equal((await tokens.nth(2).textContent())?.trim(), "Kate");
    await page.locator("#pattern-task").selectOption("repeated-random");
    await at(page, "?task=repeated-random&prompt=1");
    await until(async () => (await tokens.count()) === 21, "the tokens of the other task");
    await page.reload();
    await until(async () => (await tokens.count()) === 21, "the same after loading anew");
  });
});

test("the map of a pattern names both tokens, by pointer and by keyboard", async () => {
  await stage.visit("/models/tiny-gpt/heads/L1H2?task=ioi&prompt=1", async (page) => {
    const canvas = page.locator(".pattern-map canvas").first();
    await canvas.waitFor();
    // The map is drawn again when its room changes, so the place of a cell is looked up anew for every attempt.
    await until(async () => {
      const box = await canvas.boundingBox();
      assert.ok(box);
      const size = Math.floor((box.width - 105.8) / 15),
        label = box.width - 1 - 15 * size; // label: 12 + 6.7 * 14 characters
      await canvas.hover({ position: { x: label + 13.5 * size, y: label + 14.5 * size } });
      return /^8\d %\s+14 “ to” looks at 13 “ ring”/.test(await tip(page));
    }, "the tip names the tokens under the pointer");
    await canvas.focus();
    await page.keyboard.press("ArrowUp");
    const voice = page.locator(".pattern-map [aria-live]");
    await until(
      async () => (await voice.textContent())?.includes("Token 13,  ring, looks most at token 12") ?? false,
      "the voice says where token 13 looks",
    );
  });
});

test("the catalogue is searched, narrowed, sorted and paged without leaving the page, and back again", async () => {
  await stage.visit("/catalogue", async (page) => {
    await mark(page);
    const rows = page.locator("table.heads tbody tr");
    assert.equal(await rows.count(), 100);
    await page.locator("#search").fill("induction L2H5");
    await at(page, "search=induction+L2H5");
    await until(async () => (await rows.count()) === 8, "two families, two methods, two tasks");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "search", "the field keeps the focus");
    await page.getByRole("link", { name: /^zero-ablation 4$/ }).click();
    await at(page, "method=zero-ablation");
    assert.equal(await rows.count(), 4);
    assert.equal(await page.getByRole("link", { name: "zero-ablation 4" }).getAttribute("aria-current"), "true");
    await page.getByRole("columnheader", { name: "Score" }).getByRole("link").click();
    await at(page, "sort=score:asc");
    assert.equal(await page.getByRole("columnheader", { name: "Score" }).getAttribute("aria-sort"), "ascending");
    const scores = (await rows.locator("td.number b").allInnerTexts()).map((text) => Number(text.replace("−", "-")));
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => a - b),
    );
    await page.goBack();
    await until(async () => (await page.locator("th[aria-sort]").getAttribute("aria-sort")) === "descending", "the order before");
    await page.goto(`${stage.url}catalogue?limit=100`);
    await mark(page);
    const first = await rows.first().innerText();
    await page.getByRole("link", { name: "Next" }).first().click();
    await at(page, "offset=100");
    assert.notEqual(await rows.first().innerText(), first);
    await page.locator("#min_score").fill("0.5");
    await at(page, "min_score=0.5");
    await until(async () => (await rows.count()) < 20, "few heads score that high");
    assert.ok(await is_marked(page), "the page was never loaded anew");
    assert.match((await page.locator("footer .twin", { hasText: "CSV" }).getAttribute("href")) ?? "", /min_score=0\.5/);
  });
});

test("a task's prompts have their roles in colours that a legend names", async () => {
  await stage.visit("/tasks/ioi", async (page) => {
    const legend = page.getByRole("list", { name: "Roles" });
    const colour = (/** @type {import("playwright-core").Locator} */ place) =>
      place.evaluate((element) => getComputedStyle(element).borderBottomColor);
    const colours = [];
    for (const role of ["io", "s1", "s2", "end"]) {
      colours.push(await colour(legend.getByText(role, { exact: true })));
      assert.equal(await colour(page.locator(`.prompts .token[title='${role}']`).first()), colours.at(-1), role);
    }
    assert.equal(new Set(colours).size, 4, "each has its own");
    await page.getByRole("heading", { name: "What was looked for on it" }).waitFor();
  });
});

test("a head's page begins with what it is to each family", async () => {
  await stage.visit(kHead, async (page) => {
    const rows = page.locator("#profile table").first().locator("tbody tr");
    assert.match(await rows.first().innerText(), /^Induction head\s+●\s*confirmed/);
    await rows.first().locator("svg.strength").waitFor();
  });
});

test("two models are chosen and compared", async () => {
  await stage.visit("/compare", async (page) => {
    await page.getByLabel("First model").selectOption("tiny-gpt");
    await at(page, "a=tiny-gpt");
    await page.getByLabel("Second model").selectOption("steps/step00250");
    await page.getByRole("heading", { name: "tiny-gpt and steps/step00250" }).waitFor();
    await page.locator("select[name=family]").selectOption("previous-token");
    await page.locator("select[name=method]").selectOption("score");
    await at(page, "method=score");
    await page.locator("[data-grid] canvas").nth(2).waitFor();
    const ends = await page.locator(".legend").allInnerTexts();
    assert.equal(new Set(ends.map((text) => text.split("\n")[0])).size, 1, "both have one scale");
    assert.match(await page.locator("#differences tbody tr").first().innerText(), /L1H2/);
  });
});

test("published heads are marked as found or missed, from the model to the head", async () => {
  await stage.visit("/models/tiny-gpt", async (page) => {
    await page.getByRole("link", { name: "Its heads in the literature" }).click();
    await page.getByRole("heading", { name: "Published heads of tiny-gpt", level: 1 }).waitFor();
    assert.match(await page.locator("#summary tbody tr").first().innerText(), /induction\s+Made up for tests\s+3\s+2\s+1\s+0\.500/);
    await page.locator("#list-made-up").getByRole("link", { name: "L1H4 missed" }).waitFor();
    await page.locator("#list-made-up").getByRole("link", { name: "L2H5 found, rank 1" }).click();
    await page.getByRole("list", { name: "In the literature" }).getByText("Published as s-inhibition").waitFor();
    await page.getByRole("list", { name: "In the literature" }).getByRole("link", { name: "induction", exact: true }).click();
    await page.getByRole("heading", { name: "In the literature" }).waitFor();
    await page.locator("#literature").getByRole("link", { name: "L1H4 missed" }).waitFor();
  });
});

test("the chosen colours stay", async () => {
  await stage.visit(
    "/models/tiny-gpt",
    async (page) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await ground();
      await page.getByRole("button", { name: "Use dark colours" }).click();
      const dark = await ground();
      assert.notEqual(dark, light);
      await page.reload();
      assert.equal(await ground(), dark);
      await page.getByRole("button", { name: "Use light colours" }).click();
      assert.equal(await ground(), light);
    },
    { colorScheme: "light" },
  );
});

test("without JavaScript the tables, links and forms still work", async () => {
  await stage.visit(
    "/catalogue?family=induction",
    async (page) => {
      assert.equal(await page.locator("table.heads tbody tr").count(), 100);
      await page.locator("#search").fill("L2H5");
      await page.getByRole("button", { name: "Apply" }).click();
      assert.equal(await page.locator("table.heads tbody tr").count(), 8);
      await page.getByRole("columnheader", { name: "Verdict" }).getByRole("link").click();
      assert.match(page.url(), /sort=verdict/);
      await page.goto(new URL(kHead, stage.url).href);
      assert.ok(await page.locator("noscript p", { hasText: "The patterns need JavaScript." }).isVisible());
      assert.ok((await page.locator(".evidence tbody tr").count()) >= 4);
      const to_come = await page.locator(".strip svg.to-come").first().boundingBox();
      assert.equal(to_come?.height, 92, "what stands in a picture's place is as high as the picture");
    },
    { javaScriptEnabled: false },
  );
});

test("every link leads somewhere", async () => {
  const seen = new Set(["/"]),
    queue = ["/"];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const response = await fetch(new URL(path, stage.url));
    assert.equal(response.status, 200, path);
    if (!response.headers.get("content-type")?.startsWith("text/html")) continue;
    for (const [, href] of (await response.text()).matchAll(/href="([^"]+)"/g)) {
      const next = (href ?? "").replaceAll("&amp;", "&").split("#")[0] ?? "";
      // of the endless combinations of a query, those that change one thing
      if (!next.startsWith("/") || seen.has(next) || next.split("&").length > 2 || (next.includes("?") && path.includes("?")))
        continue;
      seen.add(next);
      queue.push(next);
    }
  }
  assert.ok(seen.size > 150, `${seen.size} pages`);
});

test("a page shows what a scan adds, as it is added, and names cannot run as code", async () => {
  await stage.visit("/", async (page) => {
    await mark(page);
    await page.waitForLoadState("load");
    await page.waitForTimeout(1500); // the event stream is open by then
    stage.add_model();
    await page.getByRole("link", { name: "<img src=x onerror=alert(1)>&\"'" }).first().waitFor({ timeout: 15000 });
    assert.ok(await is_marked(page));
    await page.getByRole("link", { name: "<img src=x onerror=alert(1)>&\"'" }).first().click();
    await page.getByRole("heading", { level: 1, name: "<img src=x onerror=alert(1)>&\"'" }).waitFor();
    await page.getByText("</code><script>alert(2)</script>").waitFor();
  });
});
