// Walks the console of a running sandbox in Chromium, as a person would: once with a mouse, once with the keyboard alone.
//
// `cargo xtask referee console` runs it. By hand:
// node console.mjs --modules target/referees --url http://127.0.0.1:PORT --token USER_TOKEN [--screenshots DIR]
//
// This file is long because the two walks share the steps of one page.
//
// The last line it prints is a JSON object: what was done, and `faults`, which is empty if all is well.

import assert from "node:assert/strict";
import http from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const { values: given } = parseArgs({
  options: { modules: { type: "string" }, url: { type: "string" }, token: { type: "string" }, screenshots: { type: "string" }, times: { type: "boolean" } },
});
const { chromium } = createRequire(resolve(given.modules, "package.json"))("playwright-core");
const axe = readFileSync(resolve(given.modules, "node_modules/axe-core/axe.min.js"), "utf8");
const api = given.url + "/api/v1";
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
const began = performance.now();
const faults = [];
const strayed = [];
let requests = 0;
let checks = 0;
let audits = 0;
let violations = 0;

/** A step: its failure is noted, and the next one is tried. */
async function step(name, act) {
  const start = performance.now();
  try {
    await act();
    checks += 1;
    if (given.times) console.error(`${Math.round(performance.now() - start)} ms: ${name}`);
  } catch (error) {
    faults.push(name + ": " + String(error.message || error).split("\n").slice(0, 12).join(" | "));
  }
}

const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const version = browser.version();

async function open(options = {}, view = "") {
  const context = await browser.newContext({ viewport: { width: 1160, height: 780 }, permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  context.on("request", (request) => {
    requests += 1;
    if (!request.url().startsWith(given.url + "/")) strayed.push(request.url());
  });
  page.on("pageerror", (error) => faults.push("the page threw: " + error.message));
  page.on("dialog", (dialog) => { faults.push("a dialog opened: " + dialog.message()); dialog.dismiss(); });
  // Refusals under 4xx and 5xx are what the page shows, and one step tries markup; everything else in the browser's console is a fault.
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|requires 'TrustedHTML'/.test(message.text())) faults.push("the browser's console: " + message.text());
  });
  await page.goto(given.url + "/console" + view);
  await page.getByText("live", { exact: true }).waitFor();
  return page;
}

async function audit(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  audits += 1;
  violations += found.violations.length;
  for (const one of found.violations) faults.push(`axe, ${name}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.target + " " + (node.failureSummary || "").split("\n")[1]).join(", ")}`);
}

const text = (page, selector) => page.locator(selector).innerText();
async function shot(page, name, top) {
  if (!given.screenshots) return;
  await page.evaluate((top) => { document.getElementById("said").textContent = ""; const element = top && document.querySelector(top); scrollTo(0, element ? element.getBoundingClientRect().top + scrollY - 16 : 0); }, top);
  await page.screenshot({ path: resolve(given.screenshots, name + ".png") });
}

/** A client beside the browser. */
async function client(path, session) {
  const response = await fetch(api + path, { headers: { authorization: session } });
  return { status: response.status, body: await response.text() };
}
const exchanged = async () => {
  const { status, body } = await client("/refresh-access-token", given.token);
  assert.equal(status, 200, "the exchange of the client beside the browser");
  return JSON.parse(body).systemToken;
};

// ---- the tutorial

const page = await open();
await step("1,000 days are refused in words", async () => {
  await page.getByLabel("Valid for (days)").fill("1000");
  await page.getByRole("button", { name: "Generate", exact: true }).click();
  await page.getByText("a user token is valid for 1 to 999 days, but 1000 were requested").waitFor();
});
await step("a token is generated, copied, and gone when its box is closed", async () => {
  await page.getByLabel("analyst-2").check();
  await page.getByLabel("Valid for (days)").fill("30");
  await page.getByRole("button", { name: "Generate", exact: true }).click();
  await page.getByText("It is shown only once.").waitFor();
  const token = await page.getByLabel("Value of the token").inputValue();
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  await page.getByRole("button", { name: "Copy the token" }).click();
  await page.getByText("Copied.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), token);
  await page.locator("#exchange-token").focus();
  await page.keyboard.press("ControlOrMeta+v");
  assert.equal(await page.locator("#exchange-token").inputValue(), token);
  await page.locator("#close-token").click();
  assert.equal(await page.locator("#token-value").inputValue(), "");
  assert.equal(await page.locator("#generated").isVisible(), false);
});
await step("the exchange says that the user was not saved", async () => {
  await page.getByRole("button", { name: "Send the exchange" }).click();
  await page.getByText("Refresh token not valid. Its user was not saved").waitFor();
  assert.match(await text(page, "#exchange-wire"), /HTTP\/1.1 401/);
});
await step("the saved user's token is exchanged, and the wire is shown", async () => {
  await page.getByRole("button", { name: "Save analyst-2" }).click();
  await page.getByText("analyst-2 is saved").waitFor();
  await page.getByRole("button", { name: "Send the exchange" }).click();
  await page.locator("#exchange-wire", { hasText: "systemToken" }).waitFor();
  const wire = await text(page, "#exchange-wire");
  assert.match(wire, /GET \/api\/v1\/refresh-access-token HTTP\/1.1\nauthorization: ey/);
  assert.match(wire, /HTTP\/1.1 200 OK\n[\s\S]*content-type: application\/json/);
});
await step("the session lists the data sources", async () => {
  await page.getByRole("button", { name: "Copy it into step 5" }).click();
  await page.getByRole("button", { name: "Call GET /ds-connections" }).click();
  await page.locator("#call-wire", { hasText: "ds_connections" }).waitFor();
  assert.match(await text(page, "#call-wire"), /"statusCode": 200/);
});
await step("the program is that of what was done", async () => {
  const rust = await text(page, "#tutorial-rust");
  for (const part of ["BigIdClient::builder(\"" + api, "generated for \"analyst-2\"", "valid for 30 days", "list_data_sources()"]) assert.ok(rust.includes(part), part + " in " + rust);
});
await shot(page, "console-tutorial", "[aria-labelledby=step-4]");
await step("each profile has its own exchange and its own refusal", async () => {
  for (const [name, method, refused] of [["spec", "POST", "401"], ["deployed-2023", "GET", "200"], ["deployed-6x", "GET", "401"]]) {
    await page.locator("#profiles").getByRole("radio", { name: new RegExp("^" + name) }).check();
    await page.locator("#profile-name", { hasText: name }).waitFor();
    await page.getByRole("button", { name: "Send the exchange" }).click();
    await page.locator("#exchange-wire", { hasText: method + " /api/v1/refresh-access-token" }).waitFor();
    await page.locator("#exchange-wire", { hasText: "systemToken" }).waitFor();
    if (name === "spec") assert.match(await text(page, "#exchange-wire"), /authorization: Bearer ey/);
    const token = await page.locator("#exchange-token").inputValue();
    await page.locator("#exchange-token").fill("wrong");
    await page.getByRole("button", { name: "Send the exchange" }).click();
    await page.getByText("The exchange was refused: Failed to authenticate token.").waitFor();
    assert.match(await text(page, "#exchange-wire"), new RegExp("HTTP/1.1 " + refused));
    await page.locator("#exchange-token").fill(token);
  }
});

// ---- the explorer and the tables

await step("an operation is found, sent, and shown as Rust and as curl", async () => {
  await page.getByRole("link", { name: "Explorer" }).click();
  await page.getByLabel("Search").fill("ds-connections listDataSources");
  await page.getByRole("link", { name: "GET /ds-connections", exact: true }).click();
  await page.getByLabel("limit (query").fill("3");
  await page.getByLabel("sort (query").fill("name");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.locator("#operation", { hasText: "HTTP/1.1 200 OK" }).waitFor();
  assert.match(await text(page, "#operation"), /GET \/api\/v1\/ds-connections\?limit=3&sort=name/);
  const rust = await page.getByRole("region", { name: "The call as Rust" }).innerText();
  assert.match(rust, /client\s+\.list_data_sources\(\)\s+\.limit\(3\)\s+\.sort\("name"\)/);
  assert.match(await page.getByRole("region", { name: "The call as curl" }).innerText(), /curl -X GET 'http.*ds-connections\?limit=3&sort=name'/);
});
await shot(page, "console-explorer", "#operation form button");
await step("a required parameter that is missing is asked for, and a body is sent", async () => {
  await page.getByLabel("Search").fill("createRole");
  await page.getByRole("link", { name: "POST /roles", exact: true }).click();
  await page.locator("#body").fill("{\"name\": ");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("the body is not JSON").waitFor();
  await page.locator("#body").fill("{\"name\": \"auditor\", \"description\": \"reads\"}");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.locator("#operation", { hasText: "HTTP/1.1 2" }).waitFor();
  await page.getByLabel("Search").fill("getRole");
  await page.getByRole("link", { name: /^GET \/roles\/\{/ }).click();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText(/the parameter \w+ is required/).waitFor();
});
await step("every operation can be opened", async () => {
  const ids = await page.evaluate(() => fetch("/console/api/contract").then((response) => response.json()).then((contract) => Object.values(contract.paths).flatMap((item) => Object.values(item).map((node) => node.operationId))));
  assert.ok(ids.length > 100);
  await page.getByLabel("Search").fill("");
  await page.getByText(`${ids.length} of ${ids.length} operations`).waitFor();
  const unopened = await page.evaluate(async (ids) => {
    const missing = [];
    for (const id of ids) {
      location.hash = "#explorer/" + id;
      const name = "client." + id.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase()) + "(..)";
      const shows = () => document.getElementById("operation").textContent.includes(name);
      for (let tries = 0; tries < 1000 && !shows(); tries += 1) await new Promise((done) => setTimeout(done, 5));
      if (!shows()) missing.push(id);
    }
    return missing;
  }, ids);
  assert.deepEqual(unopened, []);
});
await step("tables page", async () => {
  await page.getByRole("link", { name: "Data", exact: true }).click();
  for (const [name, total] of [["Data sources", 21], ["Cases", 30], ["Catalog", 200]]) {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByText(new RegExp(`^1 to 10 of ${total === 21 ? "\\d+" : total}$`)).waitFor();
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByText(/^11 to 20 of /).waitFor();
    assert.equal(await page.locator("#records tbody tr").count(), 10);
  }
});

// ---- a client copes

const session = { now: "" };
await step("a client beside the browser has a session", async () => { session.now = await exchanged(); });
await step("a fault occurs once, and the journal shows it with the contract's word", async () => {
  await page.getByRole("link", { name: "Live" }).click();
  await page.getByRole("button", { name: "Switch it on" }).click();
  await page.getByText("list_data_sources: status 503 Service Unavailable, once more").waitFor();
  assert.deepEqual([(await client("/ds-connections?limit=1", session.now)).status, (await client("/ds-connections?limit=1&no-such=1", session.now)).status], [503, 200]);
  await page.locator("#journal tr", { hasText: "on purpose: the fault `status` was scripted" }).first().waitFor();
  await page.locator("#journal tr", { hasText: "the query parameter \"no-such\" is not in the contract" }).first().waitFor();
  await page.locator("#faults:empty").waitFor({ state: "attached" });
});
await step("a fault that there is not is refused in words", async () => {
  await page.getByLabel("Operation, or every").fill("no_such");
  await page.getByRole("button", { name: "Switch it on" }).click();
  await page.getByText("no operation is named \"no_such\"").waitFor();
  await page.getByLabel("Operation, or every").fill("list_data_sources");
});
await step("revoked sessions are over", async () => {
  await page.getByRole("button", { name: "Revoke all sessions" }).click();
  await page.getByText("Every session is over.").waitFor();
  assert.equal((await client("/ds-connections?limit=1", session.now)).status, 401);
  session.now = await exchanged();
});
await step("a session is over when its time is", async () => {
  await page.getByRole("button", { name: "7 days on" }).click();
  await page.getByText("The clock moved.").waitFor();
  assert.equal((await client("/ds-connections?limit=1", session.now)).status, 401);
  session.now = await exchanged();
});
await step("a breakpoint holds a call until it is let go, refused or failed", async () => {
  for (const [button, status] of [["Let it go", 200], ["Refuse it", 503], ["Let it fail", null]]) {
    await page.getByRole("button", { name: "Set the breakpoint" }).click();
    await page.getByText("The next call of list_data_sources is held").waitFor();
    const pending = client("/ds-connections?limit=2", session.now).then((response) => response.status, () => null);
    await page.getByText("Held: GET /api/v1/ds-connections?limit=2").waitFor();
    if (status === 200) await shot(page, "console-live");
    assert.match(await page.getByRole("region", { name: "The held request" }).innerText(), /authorization: \(hidden\)/);
    await page.getByRole("button", { name: button }).click();
    assert.equal(await pending, status);
    await page.locator("#held:empty").waitFor({ state: "attached" });
  }
});
await step("a held call whose client hangs up is let go", async () => {
  await page.getByRole("button", { name: "Set the breakpoint" }).click();
  await page.getByText("The next call of list_data_sources is held").waitFor();
  const stop = new AbortController();
  const pending = fetch(api + "/ds-connections", { headers: { authorization: session.now }, signal: stop.signal }).catch(() => null);
  await page.getByText("Held: GET").waitFor();
  stop.abort();
  await pending;
  await page.locator("#held:empty").waitFor({ state: "attached" });
});
await step("a request is shown in full except for its secrets", async () => {
  await client("/ds-connections?limit=1", session.now);
  await page.locator("#journal tr", { hasText: "/ds-connections?limit=1" }).first().getByRole("button").click();
  await page.locator("#detail", { hasText: "authorization" }).waitFor();
  const shown = await text(page, "#detail");
  assert.match(shown, /authorization: \(hidden\)/);
  assert.ok(!shown.includes(session.now));
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#detail").isVisible(), false);
});

// ---- hostile names

await step("names that are markup stay text everywhere", async () => {
  const evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
  const made = await fetch(api + "/ds_connections", { method: "POST", headers: { authorization: session.now, "content-type": "application/json" }, body: JSON.stringify({ ds_connection: { name: evil, type: "rdb-mysql" } }) });
  assert.ok(made.status < 300, "status " + made.status);
  await fetch(api + "/no/such/" + encodeURI(evil) + "?" + evil, { headers: { authorization: evil, "x-evil": evil } });
  await page.locator("#journal tr", { hasText: "no/such" }).first().getByRole("button").click();
  await page.locator("#detail", { hasText: "x-evil: <img src=x" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Data", exact: true }).click();
  await page.getByRole("link", { name: "Explorer" }).click();
  await page.getByRole("button", { name: "Open a session" }).click();
  await page.getByText("The session is open.").waitFor();
  await page.getByRole("link", { name: "Data", exact: true }).click();
  await page.getByRole("button", { name: "Data sources" }).click();
  await page.getByText(/^1 to 10 of 21$/).waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByText(/^11 to 20 of 21$/).waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.locator("#records td", { hasText: "<img src=x onerror=" }).waitFor();
  assert.equal(await page.locator("main img, main script, dialog img, dialog script").count(), 0);
  assert.notEqual(await page.title(), "owned");
});
await step("the browser itself refuses markup", async () => {
  const refused = await page.evaluate(() => { try { document.body["inner" + "HTML"] = "<p>x</p>"; return false; } catch { return true; } });
  assert.ok(refused);
});

// ---- accessibility: each view, wide and narrow, light and dark

for (const [colorScheme, width] of [["light", 1280], ["dark", 390], ["dark", 1280], ["light", 390]]) {
  await step(`the views fit, ${colorScheme}, ${width}`, async () => {
    const other = await open({ colorScheme, viewport: { width, height: 850 } });
    for (const view of ["tutorial", "explorer/createRole", "data", "live"]) {
      await other.goto(given.url + "/console#" + view);
      await other.locator("#" + view.split("/")[0]).waitFor();
      if (view === "data") await other.getByText(/^1 to 10 of /).waitFor();
      if (view.includes("/")) await other.locator("#operation-title").waitFor();
      await audit(other, `${view}, ${colorScheme}, ${width}`);
      const wide = await other.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${view} is ${wide} pixels too wide`);
      if (view === "live" && colorScheme === "dark" && width === 1280) await shot(other, "console-dark");
    }
    await other.context().close();
  });
}

// ---- the keyboard alone

await step("the keyboard alone walks the tutorial, the explorer, a fault, a revocation and a breakpoint", async () => {
  const keys = await open();
  const press = (key) => keys.keyboard.press(key);
  /** Tabs on until the element has the focus. */
  const to = async (selector, back) => {
    for (let count = 0; count < 250; count += 1) {
      if (await keys.evaluate((selector) => document.activeElement.matches(selector), selector)) return;
      await press(back ? "Shift+Tab" : "Tab");
    }
    throw new Error("no way by keyboard to " + selector);
  };
  const type = async (words) => { await press("ControlOrMeta+a"); await keys.keyboard.type(words); };
  await press("Tab");
  await press("Enter");
  await keys.locator("#main:focus").waitFor();
  await to("#users input");
  await press("ArrowDown");
  await to("#days");
  await type("1000");
  await press("Enter");
  await keys.getByText("1000 were requested").waitFor();
  await type("30");
  await press("Enter");
  await keys.getByText("It is shown only once.").waitFor();
  await to("#use-token");
  await press("Enter");
  await to("#close-token");
  await press("Enter");
  await to("#save");
  await press("Enter");
  await keys.getByText(" is saved; ").waitFor();
  await to("#exchange button");
  await press("Enter");
  await keys.locator("#exchange-wire", { hasText: "systemToken" }).waitFor();
  await to("#use-session");
  await press("Enter");
  await to("#call button");
  await press("Enter");
  await keys.locator("#call-wire", { hasText: "ds_connections" }).waitFor();
  await to("#copy-rust");
  await press("Enter");
  await keys.getByText("Copied.").waitFor();
  await to("header nav a[href='#explorer']", true);
  await press("Enter");
  await keys.locator("#explorer-title:focus").waitFor();
  await to("#search");
  await keys.keyboard.type("listUsers");
  await to("#operations a[href='#explorer/listUsers']");
  await press("Enter");
  await keys.locator("#operation-title:focus").waitFor();
  await to("#operation form button");
  await press("Enter");
  await keys.locator("#operation", { hasText: "HTTP/1.1 200 OK" }).waitFor();
  await to("header nav a[href='#live']", true);
  await press("Enter");
  session.now = await exchanged();
  await to("#break button");
  await press("Enter");
  await keys.getByText("The next call of list_data_sources is held").waitFor();
  const pending = client("/ds-connections?limit=1", session.now);
  await keys.getByText("Held: GET").waitFor();
  await to("#held button.main");
  await press("Enter");
  assert.equal((await pending).status, 200);
  await to("#fault button");
  await press("Enter");
  await keys.getByText("once more").waitFor();
  assert.equal((await client("/ds-connections?limit=1", session.now)).status, 503);
  await to("#revoke");
  await press("Enter");
  await keys.getByText("Every session is over.").waitFor();
  assert.equal((await client("/ds-connections?limit=1", session.now)).status, 401);
  await to("#journal button");
  await press("Enter");
  await keys.locator("#detail").waitFor();
  await press("Escape");
  await keys.context().close();
});

// ---- other places

const { port } = new URL(given.url);
const asked = (headers, method = "GET", path = "/console/api/state") => new Promise((done, failed) => {
  const request = http.request({ host: "127.0.0.1", port, path, method, headers }, (response) => { response.resume(); done([response.statusCode, response.headers]); });
  request.on("error", failed);
  request.end(method === "POST" ? "{}" : undefined);
});
await step("a foreign Host and Origin are refused, and so is a change without the header", async () => {
  for (const [headers, method, status] of [
    [{}, "GET", 200], [{ host: "attacker.example:" + port }, "GET", 403], [{ origin: "http://attacker.example" }, "GET", 403],
    [{ "x-bigid-console": "1", origin: "http://attacker.example" }, "POST", 403], [{}, "POST", 403],
  ]) {
    const [got, sent] = await asked(headers, method, method === "POST" ? "/console/api/faults/clear" : undefined);
    assert.equal(got, status, JSON.stringify(headers));
    assert.match(sent["content-security-policy"], /^default-src 'none'; script-src 'self'/);
  }
});
await step("a page of another origin reaches nothing", async () => {
  const foreign = http.createServer((_, response) => response.end("<!doctype html><title>foreign</title>"));
  await new Promise((done) => foreign.listen(0, "127.0.0.1", done));
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(`http://127.0.0.1:${foreign.address().port}/`);
  const reached = await other.evaluate(async (url) => {
    const tries = [["state", {}], ["faults/clear", { method: "POST", headers: { "x-bigid-console": "1" } }], ["faults/clear", { method: "POST" }]];
    return Promise.all(tries.map(([path, init]) => fetch(url + "/console/api/" + path, init).then(() => true, () => false)));
  }, given.url);
  assert.deepEqual(reached, [false, false, false]);
  await context.close();
  foreign.close();
});

await browser.close();
if (strayed.length > 0) faults.push("requests left the sandbox's port: " + [...new Set(strayed)].join(", "));
console.log(JSON.stringify({ version, steps: checks, audits, violations, requests, seconds: Math.round((performance.now() - began) / 100) / 10, faults }));
