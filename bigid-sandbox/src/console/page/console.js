"use strict";
// The console of the sandbox. It writes text only: nothing from a request or a response ever becomes markup.
// One file, so that a page is three requests and no build.

const $ = (id) => document.getElementById(id);

/** An element with attributes and children; text stays text. */
function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, String(value));
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const fill = (id, ...children) => $(id).replaceChildren(...children.filter((child) => child != null));
const on = (id, event, act) => $(id).addEventListener(event, act);
const time = (millis) => new Date(millis).toISOString().replace("T", " ").slice(0, 19);

let silence;
function say(text) {
  $("said").textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { $("said").textContent = ""; }, 6000);
}

// ---- the server

/** The header without which the console changes nothing; its text finds a call of this page in the log. */
const MARK = "x-bigid-console";
let calls = 0;
const page = String(Date.now());

async function read(path) {
  const response = await fetch("/console/api/" + path, { credentials: "omit", cache: "no-store" });
  const value = await response.json();
  if (!response.ok) throw new Error(value.message);
  return value;
}

async function change(path, sent) {
  const response = await fetch("/console/api/" + path, {
    method: "POST", credentials: "omit", headers: { [MARK]: "1", "content-type": "application/json" }, body: JSON.stringify(sent || {}),
  });
  const value = await response.json();
  if (!response.ok) throw new Error(value.message);
  return value;
}

/** Does something, and says why if it does not work. */
async function attempt(act, done) {
  try {
    await act();
    if (done) say(done);
  } catch (error) {
    say("That did not work: " + error.message);
  }
}

/** A call of BigID's API as any client makes it, and what was on the wire. */
async function call(method, target, authorization, contentType, body) {
  const mark = page + "-" + (calls += 1);
  const headers = { [MARK]: mark };
  if (authorization) headers.authorization = authorization;
  if (contentType) headers["content-type"] = contentType;
  let json = null;
  try {
    const response = await fetch(target, { method, headers, body, credentials: "omit", cache: "no-store", redirect: "manual" });
    const text = await response.text();
    try { json = JSON.parse(text); } catch { /* A gateway's page, or a file. */ }
  } catch { /* No response: the wire says so. */ }
  const line = (await read("exchanges")).reverse().find((one) => one.mark === mark);
  return { json, detail: line ? await read("exchanges/" + line.number) : null };
}

// ---- the wire

/** What every browser adds to a request. */
const ADDED = /^(host|connection|sec-.*|user-agent|accept.*|referer|origin|cache-control|pragma|content-length|x-bigid-console|dnt|priority)$/;

function pretty(body) {
  try { return JSON.stringify(JSON.parse(body), null, 2); } catch { return body; }
}

function half(title, first, headers, body, more) {
  const needed = headers.filter(([name]) => !ADDED.test(name));
  const added = headers.filter(([name]) => ADDED.test(name));
  const lines = (list) => list.map(([name, value]) => name + ": " + value).join("\n");
  const text = [first, lines(needed)].filter(Boolean).join("\n") + (body ? "\n\n" + pretty(body) : "") + (more || "");
  const rest = added.length === 0 ? null
    : el("details", null, el("summary", null, added.length + (added.length === 1 ? " other header" : " other headers")), el("pre", { tabindex: 0, role: "region", "aria-label": title + ", other headers" }, lines(added)));
  return el("section", { "aria-label": title }, el("h4", null, title), el("pre", { tabindex: 0, role: "region", "aria-label": title + " on the wire" }, text), rest);
}

function wire(detail) {
  if (!detail) return el("p", { class: "wrong" }, "The sandbox has no trace of this call: the browser did not send it, or it is still held.");
  const { request, response, line } = detail;
  const target = request.path + (request.query ? "?" + request.query : "");
  const facts = [];
  for (const one of line.objections || []) facts.push(el("p", { class: "bad" }, "Contract: " + one));
  if (line.deviation) facts.push(el("p", { class: "note" }, "On purpose: " + line.deviation));
  return el("div", null,
    el("div", { class: "wire" },
      half("Request", request.method + " " + target + " HTTP/1.1", request.headers, request.body),
      response ? half("Response", "HTTP/1.1 " + response.status + " " + response.reason, response.headers, response.body, response.isBeginning && "\n.. and so on: an export is made as it is read")
        : el("section", { "aria-label": "Response" }, el("h4", null, "Response"), el("p", null, "None: the connection ended without one."))),
    ...facts);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    say("The browser does not let the page copy; select the text and copy it.");
  }
}

// ---- state

let state = null;
let contract = null;
const profile = () => state.profiles.find((one) => one.name === state.profile);

function radios(group, values, chosen, change) {
  return values.map(([value, label]) => {
    const input = el("input", { type: "radio", name: group, value, change });
    input.checked = value === chosen;
    return el("label", null, input, label);
  });
}

const PROFILES = { "deployed-2023": "deployed-2023: 200 for a refusal", "deployed-6x": "deployed-6x: 401, raw token", spec: "spec: POST and Bearer" };
let chosenUser = null;

async function refresh() {
  state = await read("state");
  const names = state.users.map((user) => user.name);
  if (!names.includes(chosenUser)) chosenUser = names.find((name) => name !== "sandbox-admin") || names[0];
  show();
}

let waiting;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh().catch(() => {}), 80);
}

/** Replaces what an element shows, unless it is the same: focus stays where it is. */
function keep(id, key, make) {
  const text = JSON.stringify(key);
  if ($(id).dataset.shown === text) return;
  const focused = $(id).contains(document.activeElement) ? document.activeElement : null;
  const value = focused && focused.value;
  $(id).dataset.shown = text;
  fill(id, ...make());
  if (!focused) return;
  const same = [...$(id).querySelectorAll("input, button")].find((one) => one.value === value && one.type === focused.type);
  if (same) same.focus();
}

function show() {
  $("profile-name").textContent = state.profile;
  $("clock-now").textContent = time(state.unixMillis) + " UTC";
  $("clock-again").textContent = time(state.unixMillis) + " UTC";
  keep("profiles", [state.profile], () => radios("profile", state.profiles.map((one) => [one.name, PROFILES[one.name] || one.name]), state.profile,
    (event) => attempt(() => change("profile", { profile: event.target.value }), "From now on this is " + event.target.value + ".")));
  const users = state.users.map((user) => [user.name, (user.refreshTokens || []).length]);
  keep("users", [users, chosenUser], () => radios("user",
    users.map(([name, tokens]) => [name, name + (tokens ? " (" + tokens + (tokens === 1 ? " token)" : " tokens)") : "")]), chosenUser,
    (event) => { chosenUser = event.target.value; program(); }));
  $("save").textContent = "Save " + chosenUser;
  const how = profile();
  $("exchange-how").textContent = how.prefix ? ", behind the word Bearer, with " + how.exchange : ", as it is, with " + how.exchange;
  const chosen = $("session-user").value;
  keep("session-user", users.map(([name]) => name), () => users.map(([name]) => el("option", { value: name }, name)));
  if (chosen) $("session-user").value = chosen;
  keep("fault-kind", state.kinds, () => state.kinds.map((kind) => el("option", { value: kind }, kind)));
  script();
  const button = (label, act, name) => el("button", { type: "button", click: act, "aria-label": name }, label);
  keep("faults", state.faults, () => state.faults.map((fault) => el("li", null,
    fault.operation + ": " + fault.fault + ", " + fault.times + " ",
    button("Take back", () => attempt(() => change("faults/remove", { number: fault.number })), "Take back " + fault.fault + " of " + fault.operation))));
  keep("breakpoints", state.breakpoints.set, () => state.breakpoints.set.map((name) => el("li", null,
    "The next call of " + name + " is held ",
    button("Remove", () => attempt(() => change("breakpoints/remove", { operation: name })), "Remove the breakpoint of " + name))));
  keep("held", state.breakpoints.held, () => state.breakpoints.held.map(held));
}

function held(one) {
  const status = el("input", { value: "503", inputmode: "numeric", "aria-label": "Status of the refusal" });
  const decide = (decision, more) => () => attempt(() => change("held", { number: one.number, decision, ...more() }));
  const none = () => ({});
  const { method, path, query, headers, body } = one.request;
  return el("li", null,
    el("p", null, el("strong", null, "Held: " + method + " " + path + (query ? "?" + query : ""))),
    el("pre", { tabindex: 0, role: "region", "aria-label": "The held request" }, headers.map(([name, value]) => name + ": " + value).join("\n") + (body ? "\n\n" + pretty(body) : "")),
    el("div", { class: "row" },
      el("button", { type: "button", class: "main", click: decide("release", none) }, "Let it go"),
      el("button", { type: "button", click: decide("fail", none) }, "Let it fail"),
      el("button", { type: "button", click: decide("refuse", () => ({ status: Number(status.value) })) }, "Refuse it")),
    el("label", null, "with the status", status));
}

// ---- events

function listen() {
  const events = new EventSource("/console/api/events");
  events.addEventListener("open", () => { $("connection").textContent = "live"; reload(); });
  events.addEventListener("error", () => { $("connection").textContent = "not connected"; });
  events.addEventListener("changed", soon);
  events.addEventListener("exchange", (event) => { add(JSON.parse(event.data)); soon(); });
}

async function reload() {
  await attempt(async () => {
    await refresh();
    fill("journal");
    (await read("exchanges")).forEach(add);
  });
}

function add(line) {
  const objections = line.objections || [];
  const contract = objections.length ? el("span", { class: "bad" }, objections.join("; ")) : line.deviation ? "on purpose: " + line.deviation : el("span", { class: "good" }, "as described");
  const target = line.path + (line.query ? "?" + line.query : "");
  $("journal").prepend(el("tr", null,
    el("td", null, time(line.unixMillis).slice(11)), el("td", { class: "mono" }, line.method + " " + target), el("td", null, line.operation),
    el("td", { class: line.status >= 400 || !line.status ? "bad" : "" }, line.status == null ? "no response" : String(line.status)), el("td", null, contract),
    el("td", null, el("button", { type: "button", "aria-label": "Show request " + line.number, click: () => detail(line.number) }, "Show"))));
  while ($("journal").children.length > 200) $("journal").lastChild.remove();
}

async function detail(number) {
  await attempt(async () => {
    const found = await read("exchanges/" + number);
    $("detail-title").textContent = "Request " + number + ": " + found.line.operation;
    fill("detail-wire", wire(found));
    $("detail").showModal();
  });
}

// ---- the tutorial

let generatedDays = 30;

async function program() {
  $("save").textContent = "Save " + chosenUser;
  $("tutorial-rust").textContent = (await change("tutorial", { user: chosenUser, days: generatedDays })).rust;
}

function tutorial() {
  on("generate", "submit", async (event) => {
    event.preventDefault();
    $("generate-wrong").textContent = "";
    const days = /^\d+$/.test($("days").value.trim()) ? Number($("days").value) : $("days").value;
    try {
      const token = await change("tokens", { user: chosenUser, days });
      generatedDays = days;
      $("token-name").textContent = token.name;
      $("token-user").textContent = chosenUser + ", " + days + (days === 1 ? " day" : " days");
      $("token-value").value = token.value;
      $("saved").textContent = "Not saved yet: the token has no effect.";
      $("generated").hidden = false;
      $("generated").focus();
      await program();
    } catch (error) {
      $("generate-wrong").textContent = error.message;
      $("days").focus();
    }
  });
  on("copy-token", "click", () => copy($("token-value").value));
  on("use-token", "click", () => { $("exchange-token").value = $("token-value").value; say("The token is in step 4."); });
  on("close-token", "click", () => {
    // The page forgets it, as BigID's does.
    $("token-value").value = "";
    $("generated").hidden = true;
    $("save").focus();
  });
  on("save", "click", () => attempt(async () => {
    await change("users/save", { user: chosenUser });
    $("saved").textContent = chosenUser + " is saved; the tokens generated for this user are valid.";
  }));
  on("exchange", "submit", async (event) => {
    event.preventDefault();
    const how = profile();
    const { json, detail } = await call(how.exchange, "/api/v1/refresh-access-token", how.prefix + $("exchange-token").value.trim());
    fill("exchange-wire", wire(detail));
    const session = json && json.systemToken;
    $("session-row").hidden = !session;
    $("session-row").dataset.session = session || "";
    $("exchange-wrong").textContent = session ? "" : why(json, detail);
  });
  on("copy-session", "click", () => copy($("session-row").dataset.session));
  on("use-session", "click", () => { $("call-session").value = profile().prefix + $("session-row").dataset.session; say("The session is in step 5."); });
  on("call", "submit", async (event) => {
    event.preventDefault();
    const { json, detail } = await call("GET", "/api/v1/ds-connections", $("call-session").value.trim());
    fill("call-wire", wire(detail));
    const sources = json && json.data && json.data.ds_connections;
    $("call-wrong").textContent = sources ? "" : "The sandbox sent no data sources: " + ((json && json.message) || "see the response.");
    if (sources) say(sources.length + " data sources.");
  });
  on("copy-rust", "click", () => copy($("tutorial-rust").textContent));
}

function why(json, detail) {
  const message = (json && json.message) || "there is no session in the response";
  const hint = message === "Refresh token not valid" ? " Its user was not saved after the token was generated (step 3), or the token was revoked."
    : message === "Failed to authenticate token." ? " It is not a user token of this sandbox, or its time is over."
      : detail && detail.response && detail.response.status === 404 ? " This server knows the exchange by another method." : "";
  return "The exchange was refused: " + message.replace(/\.$/, "") + "." + hint;
}

// ---- the explorer

let operations = [];

function resolve(schema) {
  let found = schema || {};
  for (let depth = 0; found.$ref && depth < 8; depth += 1) found = found.$ref.slice(2).split("/").reduce((node, key) => node[key], contract);
  return found;
}

function sample(schema, depth) {
  const found = resolve(schema);
  if (found.enum) return found.enum[0];
  if (found.type === "array") return depth > 2 ? [] : [sample(found.items, depth + 1)];
  if (found.type === "object") {
    if (depth > 2) return {};
    const names = found.required || (depth === 0 ? Object.keys(found.properties || {}).slice(0, 6) : []);
    return Object.fromEntries(names.map((name) => [name, sample((found.properties || {})[name], depth + 1)]));
  }
  return { string: "text", integer: 1, number: 1, boolean: true }[found.type] ?? null;
}

async function load() {
  if (contract) return;
  contract = await read("contract");
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const [method, node] of Object.entries(item)) if (node.operationId) operations.push({ id: node.operationId, method: method.toUpperCase(), path, node });
  }
  fill("names", ...["every", "exchange", ...operations.map((one) => snake(one.id))].map((name) => el("option", { value: name })));
  search();
}

const snake = (id) => id.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());

function search() {
  const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (one) => (one.method + " " + one.path + " " + one.id + " " + (one.node.summary || "") + " " + (one.node.tags || []).join(" ")).toLowerCase();
  const found = operations.filter((one) => words.every((word) => text(one).includes(word)));
  $("found").textContent = found.length + " of " + operations.length + " operations";
  const groups = new Map();
  for (const one of found) {
    const tag = (one.node.tags || ["Other"])[0];
    groups.set(tag, [...(groups.get(tag) || []), one]);
  }
  fill("operations", ...[...groups].map(([tag, list]) => el("details", { open: words.length > 0 },
    el("summary", null, tag + " (" + list.length + ")"),
    el("ul", null, ...list.map((one) => el("li", null, el("a", { href: "#explorer/" + one.id }, one.method + " " + one.path)))))));
}

async function openSession() {
  $("session").value = (await change("sessions", { user: $("session-user").value || "sandbox-admin" })).session;
}

function describe(id) {
  const one = operations.find((operation) => operation.id === id);
  if (!one) return fill("operation", el("p", null, "Choose an operation."));
  const { node } = one;
  const parameters = node.parameters || [];
  const inputs = parameters.map((parameter, index) => {
    const kind = parameter.schema.type;
    const attributes = { id: "parameter-" + index, autocomplete: "off", "aria-describedby": "about-" + index, required: parameter.required === true };
    const input = kind === "boolean" ? el("select", attributes, ...["", "true", "false"].map((value) => el("option", { value }, value || "not sent")))
      : kind === "array" ? el("textarea", { ...attributes, rows: 2 }) : el("input", { ...attributes, inputmode: kind === "integer" ? "numeric" : null });
    return { parameter, input, row: el("div", { class: "param" },
      el("label", { for: attributes.id }, parameter.name + " (" + parameter.in + ", " + (kind === "array" ? "one a line" : kind) + (parameter.required ? ", required)" : ")")),
      input, el("p", { id: "about-" + index }, parameter.description || "")) };
  });
  const media = node.requestBody && Object.entries(node.requestBody.content)[0];
  const isJson = media && media[0] === "application/json";
  const body = media && el("textarea", { id: "body", rows: 8, spellcheck: "false", "aria-describedby": "about-body" });
  if (body) body.value = isJson ? JSON.stringify(sample(media[1].schema, 0), null, 2) : "the content of the file";
  const fields = isJson ? Object.entries(resolve(media[1].schema).properties || {}) : [];
  const wrong = el("p", { class: "wrong", role: "alert" });
  const result = el("div", null);
  const code = (title, text) => el("section", { "aria-label": title }, el("h4", null, title), el("pre", { tabindex: 0, role: "region", "aria-label": "The call as " + title }, text),
    el("button", { type: "button", click: () => copy(text), "aria-label": "Copy the call as " + title }, "Copy"));
  const forms = el("div", { class: "wire" });
  const make = () => change("snippet", {
    operation: id, body: body ? body.value : "",
    parameters: Object.fromEntries(inputs.filter(({ input }) => input.value !== "").map(({ parameter, input }) => [parameter.name, input.value])),
  });
  const write = async () => {
    wrong.textContent = "";
    try {
      const made = await make();
      forms.replaceChildren(code("Rust", made.rust), code("curl", made.curl));
      return made;
    } catch (error) {
      wrong.textContent = error.message;
      return null;
    }
  };
  const send = async (event) => {
    event.preventDefault();
    const made = await write();
    if (!made) return;
    const session = $("session").value.trim();
    const { detail } = await call(made.method, made.target, session && profile().prefix + session, made.contentType, made.body ?? undefined);
    result.replaceChildren(wire(detail));
    say(detail && detail.response ? "Status " + detail.response.status : "No response.");
  };
  fill("operation",
    el("h3", { tabindex: -1, id: "operation-title" }, one.method + " " + one.path),
    el("p", { class: "note" }, "client." + snake(id) + "(..)" + (node.deprecated ? ", deprecated" : "")),
    node.summary ? el("p", null, node.summary) : null,
    node.description && node.description !== node.summary ? el("p", null, node.description) : null,
    el("form", { submit: send, change: write, novalidate: true },
      ...inputs.map(({ row }) => row),
      body ? el("div", { class: "param" }, el("label", { for: "body" }, "Body (" + media[0] + ")"), body, el("p", { id: "about-body" }, resolve(media[1].schema).description || "")) : null,
      fields.length ? el("details", null, el("summary", null, "Fields of the body"), el("ul", null, ...fields.map(([name, schema]) => el("li", null, el("code", null, name), " " + (resolve(schema).type || "") + ": " + (schema.description || resolve(schema).description || ""))))) : null,
      el("button", { type: "submit" }, "Send")),
    wrong, result, el("h3", null, "The same call"), forms);
  write();
  $("operation-title").focus();
}

// ---- tables

const TABLES = [
  { name: "Data sources", path: "/ds-connections", at: (json) => json.data && json.data.ds_connections, total: (json) => json.data.totalCount, columns: ["name", "type", "enabled", "location", "security_tier", "scan_timestamp"] },
  { name: "Cases", path: "/actionable-insights/all-cases", at: (json) => json.data && json.data.cases, total: (json) => json.data.totalCount, columns: ["caseLabel", "caseStatus", "severityLevel", "policyName", "dataSourceName", "assignee"] },
  { name: "Catalog", path: "/data-catalog/objects", at: (json) => json.results, total: (json) => json.totalCount ?? json.estimatedCount, columns: ["fullyQualifiedName", "detailedObjectType", "owner", "attribute", "policy", "sizeInBytes"] },
];
const PAGE = 10;
let table = TABLES[0];
let skip = 0;

async function records() {
  const session = $("session").value.trim();
  const { json, detail } = await call("GET", "/api/v1" + table.path + "?skip=" + skip + "&limit=" + PAGE + "&requireTotalCount=true", session && profile().prefix + session);
  const rows = (json && table.at(json)) || null;
  $("records-wrong").textContent = rows ? "" : "The sandbox sent no records: " + ((json && json.message) || (detail && detail.response ? "status " + detail.response.status : "no response")) + ". Open a session in the explorer.";
  const total = rows ? table.total(json) ?? rows.length : 0;
  const cell = (value) => value == null ? "" : typeof value === "object" ? [].concat(value).map((one) => typeof one === "object" ? JSON.stringify(one) : one).join(", ") : String(value);
  fill("records", el("caption", null, table.name), el("thead", null, el("tr", null, ...table.columns.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", null, ...(rows || []).map((row) => el("tr", null, ...table.columns.map((name) => el("td", null, cell(row[name])))))));
  $("position").textContent = rows && rows.length ? (skip + 1) + " to " + (skip + rows.length) + " of " + total : "no records";
  $("previous").disabled = skip === 0;
  $("next").disabled = !rows || skip + rows.length >= total;
  for (const button of $("tables").children) button.setAttribute("aria-pressed", String(button.textContent === table.name));
}

function tables() {
  fill("tables", ...TABLES.map((one) => el("button", { type: "button", click: () => { table = one; skip = 0; attempt(records); } }, one.name)));
  on("previous", "click", () => { skip = Math.max(0, skip - PAGE); attempt(records); });
  on("next", "click", () => { skip += PAGE; attempt(records); });
}

// ---- faults, breakpoints, time

function script() {
  const kind = $("fault-kind").value.replace(/<.*>/, $("fault-number").value.trim());
  const times = $("fault-times").value.trim();
  const text = $("fault-operation").value.trim() + "=" + kind + (times ? ":" + times : "");
  $("script").textContent = "--fault " + text;
  return text;
}

const MOVES = [["1 hour on", 3600], ["1 day on", 86400], ["7 days on", 604800], ["30 days on", 2592000], ["1 hour back", -3600], ["1 day back", -86400]];

function live() {
  on("break", "submit", (event) => { event.preventDefault(); attempt(() => change("breakpoints", { operation: $("break-operation").value.trim() }), "The next call is held."); });
  on("fault", "submit", (event) => { event.preventDefault(); attempt(() => change("faults", { script: script() }), "The fault is on."); });
  on("fault", "input", script);
  on("clear-faults", "click", () => attempt(() => change("faults/clear"), "No fault is on."));
  on("revoke", "click", () => attempt(() => change("sessions/revoke"), "Every session is over."));
  fill("moves", ...MOVES.map(([label, seconds]) => el("button", { type: "button", click: () => attempt(() => change("clock", { seconds }), "The clock moved.") }, label)));
  on("detail-close", "click", () => $("detail").close());
}

// ---- views

const VIEWS = ["tutorial", "explorer", "data", "live"];

async function view(focus) {
  // The link that skips the header leads to no view.
  if (location.hash === "#main" && contract) return;
  const [name, id] = location.hash.slice(1).split("/");
  const shown = VIEWS.includes(name) ? name : "tutorial";
  for (const one of VIEWS) $(one).hidden = one !== shown;
  for (const link of document.querySelectorAll("header nav a")) {
    if (link.hash === "#" + shown) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  document.title = shown[0].toUpperCase() + shown.slice(1) + " - BigID sandbox";
  if (focus && !id) $(shown + "-title").focus();
  await load();
  if (shown === "explorer" || shown === "data") {
    if (!$("session").value) await openSession();
    if (shown === "explorer" && id) describe(id);
    if (shown === "data") await records();
  }
}

async function start() {
  tutorial();
  tables();
  live();
  on("search", "input", search);
  on("open-session", "click", () => attempt(openSession, "The session is open."));
  await refresh();
  await program();
  await view(false);
  addEventListener("hashchange", () => attempt(() => view(true)));
  listen();
}

attempt(start);
