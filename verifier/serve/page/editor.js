// The editor: what is typed is checked by the server that this page came from, and shown.
// Whatever a game is called stands in the page as text, never as markup.

import { choicesAt, placeOf } from "./completion.js";
import { codeIn, linkTo, textOf } from "./link.js";

const PAUSE = 100; // milliseconds without typing after which the text is checked
const PATIENCE = 400; // milliseconds after which it is said that an answer takes a while
const MOST_BACK = 50; // texts that can be gone back to
const MOST_CHOICES = 50;

const $ = (id) => document.getElementById(id);
const text = $("text"), choices = $("choices"), story = $("story");
const tab = crypto.randomUUID();

let start; // what the server said at the beginning
let digest = null; // of the file as it was last opened or saved here
let saved = ""; // the text that the file has, or that was downloaded last
let ours = true; // whether the text is the file's, edited: not one that was opened, found or linked
let called = { title: "", as: "" }; // what the text is called, and the text that was called so
let before = []; // texts that others have replaced
let names = null; // the file's own names, when it last was TOML
let drawn = {}; // hypothesis -> the next number and the digests of the counterexamples seen
let scrolled = 0; // how far the story is scrolled

// ---- asking the server

async function ask(path, body, signal) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  try {
    const response = await fetch(path, { ...options, signal });
    const type = response.headers.get("content-type") ?? "";
    return type.includes("json") ? await response.json() : { failed: [await response.text()] };
  } catch (error) {
    if (error.name === "AbortError") return { superseded: true };
    return { failed: ["the server does not answer; is `verifier serve` still running?"] };
  }
}

function element(tag, words, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = words;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function say(words, where = "said") { $(where).textContent = words; }

// ---- checking what is typed

let waiting = 0, slow = 0, newest = 0, asking = new AbortController();

function changed() {
  number();
  if (showName()) say("", "searched"); // what was found is no longer what stands there
  clearTimeout(waiting);
  waiting = setTimeout(check, PAUSE);
  unsaved();
}

async function check() {
  clearTimeout(waiting);
  clearTimeout(slow);
  const mine = ++newest;
  asking.abort();
  asking = new AbortController();
  slow = setTimeout(() => say("computing …"), PATIENCE);
  const answer = await ask("check", { tab, text: text.value }, asking.signal);
  if (mine !== newest) return; // something newer has been typed
  clearTimeout(slow);
  if (answer.superseded) return;
  names = answer.names ?? names;
  wrong(answer.errors ?? []);
  $("found").classList.toggle("older", !answer.verdicts);
  if (answer.failed) say(answer.failed.join("; "));
  else if (answer.errors) say(answer.errors.length === 1 ? "1 error" : `${answer.errors.length} errors`);
  else if (!answer.verdicts) say(`not finished: ${answer.late}; everything is open`);
  else {
    show(answer);
    if (answer.at) await move(mine, $("said").textContent);
  }
}

// The page on which parameters move takes longer: it comes in the place of the first.
async function move(mine, verdicts) {
  say(`${verdicts}; all values are being computed …`);
  const answer = await ask("moving", { tab, text: text.value }, asking.signal);
  if (mine !== newest || answer.superseded) return;
  const missing = answer.untold ?? answer.late ?? answer.failed?.join("; ");
  say(missing ? `${verdicts}; nothing moves: ${missing}` : `${verdicts}; the story has a slider`);
  if (answer.story) tell(answer.story);
}

function show({ title, at, verdicts, lines, untold, story: page }) {
  $("title").textContent = at ? `${title}, at ${at}` : title;
  $("verdicts").replaceChildren(...verdicts.map(({ guarantee, user, verdict }) => {
    const item = element("li", `${guarantee}: `);
    item.append(element("strong", verdict, { class: `verdict ${verdict}` }), `, ${user}`);
    return item;
  }));
  $("lines").textContent = lines.join("\n");
  say(verdicts.map(({ guarantee, verdict }) => `${guarantee} ${verdict}`).join(", ") + (untold ? `; ${untold}` : ""));
  if (page) tell(page);
}

function tell(name) {
  const frame = element("iframe", "", { title: "Story and pictures", sandbox: "allow-scripts allow-downloads", class: "coming", src: `story/${name}?y=${scrolled}` });
  frame.addEventListener("load", () => {
    while (frame.previousSibling) frame.previousSibling.remove();
    frame.className = "";
  });
  story.append(frame);
}

addEventListener("message", ({ source, data }) => {
  if (source === story.lastElementChild?.contentWindow && Number.isFinite(data?.y)) scrolled = Math.round(data.y);
});

function wrong(errors) {
  marked = new Set(errors.map(({ line }) => line));
  number();
  $("errors").replaceChildren(...errors.map(({ line, says }) => {
    const item = document.createElement("li");
    const button = element("button", line ? `line ${line}: ${says}` : says, { type: "button" });
    button.addEventListener("click", () => goTo(line ?? 1));
    item.append(button);
    return item;
  }));
}

function goTo(line) {
  const lines = text.value.split("\n"), from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(from, from + (lines[line - 1] ?? "").length);
  text.scrollTop = (line - 3) * lineHeight();
}

// ---- line numbers

let marked = new Set();

function number() {
  const count = text.value.split("\n").length, shown = document.createDocumentFragment();
  let plain = "";
  for (let line = 1; line <= count; line++) {
    if (marked.has(line)) {
      shown.append(plain, element("b", `! ${line}\n`));
      plain = "";
    } else plain += `${line}\n`;
  }
  shown.append(plain);
  $("numbers").replaceChildren(shown);
  align();
}

function align() { $("numbers").scrollTop = text.scrollTop; }

function lineHeight() { return parseFloat(getComputedStyle(text).lineHeight); }

// ---- completion

let offered = [], chosen = -1, place = null;

function offer(asked) {
  place = text.selectionStart === text.selectionEnd ? placeOf(text.value, text.selectionStart) : { kind: "nothing" };
  offered = start && (asked || place.word) ? choicesAt(place, start.schema, names).slice(0, MOST_CHOICES) : [];
  choices.replaceChildren(...offered.map(({ shown, says }, n) => {
    const item = element("li", shown, { role: "option", id: `choice-${n}` });
    if (says) item.append(element("small", says));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); chosen = n; take(); });
    return item;
  }));
  choices.hidden = !offered.length;
  choose(asked && offered.length ? 0 : -1);
  if (offered.length) beside();
  else if (asked) say("nothing to complete here");
}

function choose(n) {
  chosen = n;
  [...choices.children].forEach((item, at) => item.setAttribute("aria-selected", at === n));
  choices.children[n]?.scrollIntoView({ block: "nearest" });
  if (n < 0) text.removeAttribute("aria-activedescendant");
  else text.setAttribute("aria-activedescendant", `choice-${n}`);
}

function beside() {
  const above = text.value.slice(0, place.from).split("\n"), style = getComputedStyle(text);
  const pen = (beside.canvas ??= document.createElement("canvas")).getContext("2d");
  pen.font = style.font;
  const left = text.offsetLeft + parseFloat(style.paddingLeft) + pen.measureText(above.at(-1)).width - text.scrollLeft;
  const below = text.offsetTop + parseFloat(style.paddingTop) + above.length * lineHeight() - text.scrollTop;
  choices.style.left = `${Math.max(0, Math.min(left, $("editor").clientWidth - choices.offsetWidth))}px`;
  choices.style.top = `${Math.max(0, below)}px`;
}

function take() {
  const { text: words } = offered[chosen], caret = text.selectionStart, after = text.value.slice(caret);
  const swallowed = place.kind === "header" ? /^\]*/.exec(after)[0].length : place.kind === "value" ? /^["']?/.exec(after)[0].length : 0;
  const inserted = place.kind === "key" && /^["']?\s*[=.]/.test(after) ? words.replace(/ = $/, "") : words;
  hide();
  text.setSelectionRange(place.from, caret + swallowed);
  // as if it had been typed, so that the browser can undo it
  if (!document.execCommand("insertText", false, inserted)) text.setRangeText(inserted, place.from, caret + swallowed, "end");
  hide();
  changed();
}

function hide() { choices.hidden = true; offered = []; choose(-1); }

text.addEventListener("keydown", (event) => {
  const { key } = event;
  if (key === " " && event.ctrlKey) { event.preventDefault(); offer(true); return; }
  if (choices.hidden) return;
  if (key === "ArrowDown" || key === "ArrowUp") choose((chosen + (key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1) + offered.length) % offered.length);
  else if (key === "Escape") hide();
  else if ((key === "Enter" || key === "Tab") && chosen >= 0) take();
  else if (["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown", "Tab", "Enter"].includes(key)) { hide(); return; }
  else return;
  event.preventDefault();
});
text.addEventListener("input", (event) => { changed(); if (event.inputType?.startsWith("insertT") || event.inputType?.startsWith("delete")) offer(false); else hide(); });
text.addEventListener("scroll", () => { align(); if (!choices.hidden) beside(); });
text.addEventListener("blur", hide);
text.addEventListener("paste", (event) => {
  const pasted = event.clipboardData.getData("text/plain").trim(), code = codeIn(pasted);
  if (code === null || /\s/.test(pasted)) return;
  event.preventDefault();
  openLink(code);
});

// ---- other texts: opened, found, linked, saved

function replace(words, isOurs, title) {
  before = [...before.slice(1 - MOST_BACK), { words: text.value, isOurs: ours, ...called }];
  set(words, isOurs, title);
}

function set(words, isOurs, title, as = words) {
  text.value = words;
  ours = isOurs;
  called = { title, as };
  showName();
  $("back").disabled = !before.length;
  $("save").textContent = ours ? `Save ${start.name}` : `Write this to ${start.name}`;
  hide();
  text.setSelectionRange(0, 0);
  text.scrollTop = 0;
  number();
  unsaved();
  check();
}

// Shows what the text is called; whether it is another than what was opened, found or linked.
function showName() {
  const other = !ours && text.value !== called.as;
  $("name").textContent = other ? `${called.title}, changed` : called.title;
  return other;
}

function unsaved() { document.title = `${text.value === saved ? "" : "* "}${$("name").textContent}`; }

$("back").addEventListener("click", () => {
  const { words, isOurs, title, as } = before.pop();
  set(words, isOurs, title, as);
});

$("open").addEventListener("click", () => $("chosen").click());
$("chosen").addEventListener("change", async () => {
  const [file] = $("chosen").files;
  $("chosen").value = "";
  if (!file) return;
  if (file.size > start.longest) return say(`${file.name} has ${file.size} bytes, at most ${start.longest} are edited here`, "searched");
  try {
    const words = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    replace(words.replaceAll("\r\n", "\n"), false, file.name);
    say(`opened ${file.name}`, "searched");
  } catch { say(`${file.name} is not UTF-8 text`, "searched"); }
});

$("download").addEventListener("click", download);

function download() {
  const address = URL.createObjectURL(new Blob([text.value], { type: "application/toml" }));
  const name = ours ? start.name ?? "instance.toml" : "instance.toml";
  element("a", "", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  saved = text.value;
  unsaved();
}

$("save").addEventListener("click", () => save(digest));
$("overwrite").addEventListener("click", () => save($("conflict").known));
$("reload").addEventListener("click", async () => {
  const opened = await ask("file");
  if (opened.failed) return say(opened.failed.join("; "), "searched");
  $("conflict").hidden = true;
  ({ digest, text: saved } = opened);
  replace(opened.text, true, start.name);
});

async function save(known) {
  const words = text.value, answer = await ask("save", { tab, text: words, digest: known });
  $("conflict").hidden = !answer.changed;
  if (answer.changed) {
    $("conflict").known = answer.digest;
    say(`${answer.changed}; nothing was written.`, "conflict-says");
  } else if (answer.failed) say(answer.failed.join("; "), "searched");
  else {
    digest = answer.digest;
    saved = words;
    ours = true;
    called = { title: start.name, as: words };
    showName();
    $("save").textContent = `Save ${start.name}`;
    say(`saved ${start.name}`, "searched");
    unsaved();
  }
}

addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (!start?.writable) download();
  else if (ours) save(digest);
  else say(`this text is not ${start.name}'s; the button writes it there`, "searched");
});
addEventListener("beforeunload", (event) => { if (start && text.value !== saved) event.preventDefault(); });

$("link").addEventListener("click", async () => {
  try {
    const address = await linkTo(text.value, location.href);
    history.replaceState(null, "", address);
    try {
      await navigator.clipboard.writeText(address);
      say("the link is copied", "searched");
    } catch { say("the link is in the address bar", "searched"); }
  } catch (error) { say(error.message, "searched"); }
});

async function openLink(code) {
  try {
    replace((await textOf(code, start.longest)).replaceAll("\r\n", "\n"), false, "the game of a link");
    say("the game of the link", "searched");
  } catch (error) { say(error.message, "searched"); }
}
addEventListener("hashchange", () => { const code = codeIn(location.href); if (code !== null) openLink(code); });

// ---- searches

async function search(button, path, body, done) {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", true); // and stays where the keyboard is
  say("searching …", "searched");
  const answer = await ask(path, { tab, ...body });
  button.removeAttribute("aria-disabled");
  if (answer.superseded) say("", "searched");
  else if (answer.failed) say(answer.failed.join("; "), "searched");
  else if (answer.late) say(`not finished: ${answer.late}`, "searched");
  else done(answer);
}

$("counterexample").addEventListener("click", () => {
  const hypothesis = $("hypothesis").value, { number: n, seen } = (drawn[hypothesis] ??= { number: 0, seen: [] });
  search($("counterexample"), "counterexample", { hypothesis, number: n, seen }, (found) => {
    drawn[hypothesis] = { number: found.number, seen: found.digest ? [...seen.slice(-900), found.digest] : seen };
    say(found.none ?? `a counterexample without ${hypothesis}`, "searched");
    if (found.text) replace(found.text, false, `without ${hypothesis}`);
  });
});

$("smaller").addEventListener("click", () => {
  const guarantee = $("guarantee").value, asked = text.value;
  search($("smaller"), "smaller", { text: asked, guarantee }, (found) => {
    const end = found.minimal ? "no single step makes it smaller" : "the time did not suffice to make it smaller still";
    say(found.none ?? `the smallest game like this that was found; ${end}`, "searched");
    if (found.text && text.value === asked) replace(found.text, false, `smaller, for ${guarantee}`);
  });
});

// ---- the beginning

start = await ask("start");
if (start.failed) say(start.failed.join("; "));
else {
  for (const [name, lesson] of Object.entries(start.hypotheses)) $("hypothesis").append(element("option", name, { title: lesson }));
  for (const name of start.guarantees) $("guarantee").append(element("option", name));
  ({ digest, text: saved } = start);
  $("save").hidden = !start.writable;
  set(start.text, true, start.name ?? "A first game");
  const code = codeIn(location.href);
  if (code !== null) await openLink(code);
}
