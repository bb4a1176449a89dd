// What can stand where the caret is in a TOML text, by a JSON Schema and the file's own names.

const TOKEN = /(?<space>[ \t\r]+|#[^\n]*)|(?<line>\n)|(?<long>"""[^]*?"""|'''[^]*?''')|(?<inside>"""[^]*|'''[^]*)|(?<string>"(?:\\.|[^"\\\n])*"|'[^'\n]*')|(?<mark>[\[\]{}=,.])|(?<open>["'][^\n]*)|(?<bare>[^\s\[\]{}=,."'#]+)/y;
const BARE = /^[A-Za-z0-9_-]+$/;
const NAMES = "x-names"; // the keyword of verifier/game/schema.py that names a list of the file

// Where the caret is: in a header, at a key of a table, or at a value; `from` is where the word at the caret begins.
export function placeOf(text, caret) {
  let base = [], stack = [], keys = [], mode = "key", taken = new Set(), open = null, last = null, counts = {};
  const top = () => stack[stack.length - 1];
  const path = () => [...(stack.length ? top().path : base), ...(mode === "value" && top()?.list ? [top().number] : mode === "value" ? keys : [])];
  for (const token of tokens(text.slice(0, caret))) {
    const { kind, words, from, to } = token;
    if (kind === "space") { if (words.startsWith("#") && to === caret) return { kind: "nothing" }; continue; }
    if (kind === "inside") return { kind: "nothing" };
    if (to === caret && (kind === "bare" || kind === "open")) { last = token; break; }
    if (open) { // inside the brackets of a header
      if (words === "]") { base = open.path.flatMap((key, n) => entered(open.path.slice(0, n + 1), open.several && n === open.path.length - 1)); open = null; taken = new Set(); mode = "done"; }
      else if (kind === "bare" || kind === "string") open.path.push(plain(words));
      else if (words === "[") open.several = true;
      else if (kind === "line") open = null;
      continue;
    }
    if (kind === "line") { if (!stack.length) { mode = "key"; keys = []; } }
    else if (words === "=") mode = "value";
    else if (words === "{") { stack.push({ path: path(), list: false, taken: new Set(), outer: { mode, keys } }); mode = "key"; keys = []; }
    else if (words === "[" && mode === "key" && !stack.length && !keys.length) open = { path: [], several: false, from };
    else if (words === "[") { stack.push({ path: path(), list: true, number: 0, outer: { mode, keys } }); mode = "value"; keys = []; }
    else if (words === "}" || words === "]") { if (stack.length) stack.pop(); mode = "done"; }
    else if (words === ",") { if (top()?.list) { top().number += 1; mode = "value"; } else { mode = "key"; } keys = []; }
    else if (kind === "long") mode = "done";
    else if (kind === "bare" || kind === "string") {
      if (mode === "key") { keys.push(plain(words)); (top()?.taken ?? taken).add(keys[0]); }
      else mode = "done";
    }
  }
  const from = last ? last.from : caret, word = last ? plain(last.words) : "";
  if (open) return { kind: "header", from: open.from, word: text.slice(open.from, caret) };
  if (mode === "done" || (mode === "key" && keys.length && !text.slice(0, from).endsWith("."))) return { kind: "nothing" };
  if (mode === "key") return { kind: "key", path: [...path(), ...keys], taken: top()?.taken ?? taken, from, word };
  return { kind: "value", path: path(), from, word };

  function entered(here, several) {
    const name = JSON.stringify(here);
    if (several) counts[name] = (counts[name] ?? -1) + 1;
    return name in counts ? [here.at(-1), counts[name]] : [here.at(-1)];
  }
}

function* tokens(text) {
  TOKEN.lastIndex = 0;
  for (let found; TOKEN.lastIndex < text.length && (found = TOKEN.exec(text)); ) {
    const [kind, words] = Object.entries(found.groups).find(([, part]) => part !== undefined);
    yield { kind, words, from: found.index, to: TOKEN.lastIndex };
    if (TOKEN.lastIndex === 0) return;
  }
}

function plain(words) {
  if (!/^["']/.test(words)) return words;
  if (words[0] === "'") return words.slice(1).replace(/'$/, "");
  try { return JSON.parse(words); } catch { return words.slice(1).replace(/"$/, ""); }
}

function quoted(name) { return JSON.stringify(name); }

function keyed(name) { return BARE.test(name) ? name : quoted(name); }

// What may be written there, the likeliest first: { text, shown, says }.
export function choicesAt(place, schema, names) {
  const all = place.kind === "header" ? headers(schema) : place.kind === "key" ? keysOf(place, schema, names)
    : place.kind === "value" ? valuesOf(place, schema, names) : [];
  const wanted = place.kind === "header" ? place.word.replace(/^\[+/, "") : place.word;
  const begun = all.filter(({ shown }) => shown.replace(/^\[+/, "").toLowerCase().startsWith(wanted.toLowerCase()));
  return begun.filter(({ shown }) => shown !== place.word);
}

function keysOf(place, schema, names) {
  const node = at(schema, place.path);
  if (!node) return [];
  const known = Object.entries(node.properties ?? {}).map(([name, about]) => [name, about]);
  known.sort(([one], [other]) => (node.required ?? []).includes(other) - (node.required ?? []).includes(one));
  const own = (names?.[node[NAMES]] ?? []).map((name) => [name, {}]);
  return [...known, ...own].filter(([name, about]) => about !== false && !place.taken.has(name))
    .map(([name, about]) => ({ text: `${keyed(name)} = `, shown: name, says: about.description ?? "" }));
}

function valuesOf(place, schema, names) {
  const node = at(schema, place.path);
  if (!node) return [];
  const words = [node, ...(node.anyOf ?? []).map((one) => resolved(schema, one))]
    .flatMap((one) => one.enum ?? ("const" in one ? [one.const] : []));
  const own = node.type === "object" ? [] : names?.[node[NAMES]] ?? [];
  return [...words, ...own].map((word) => ({ text: typeof word === "string" ? quoted(word) : String(word), shown: String(word), says: "" }));
}

function headers(schema) {
  const found = [];
  const visit = (node, path, several) => {
    if (path.length) found.push({ path: path.map(keyed).join("."), several, says: node.description ?? "" });
    for (const [key, child] of Object.entries(node.properties ?? {})) {
      const table = resolved(schema, child), entry = table.type === "array" ? resolved(schema, table.items || {}) : null;
      if (table.type === "object") visit(table, [...path, key], false);
      else if (entry?.properties) visit({ ...entry, description: table.description }, [...path, key], true);
    }
  };
  visit(schema, [], false);
  return found.map(({ path, several, says }) => ({ text: several ? `[[${path}]]` : `[${path}]`, shown: several ? `[[${path}]]` : `[${path}]`, says }));
}

function resolved(schema, node) {
  if (!node?.$ref) return node ?? {};
  const { $ref, ...own } = node;
  const meant = $ref.replace("#/", "").split("/").reduce((part, key) => part?.[key], schema);
  return { ...resolved(schema, meant), ...own };
}

// The part of the schema that is about a path of keys and of numbers in lists.
function at(schema, path) {
  return path.reduce((node, key) => {
    if (!node) return null;
    const inside = typeof key === "number" ? node.prefixItems?.[key] ?? node.items
      : Object.hasOwn(node.properties ?? {}, key) ? node.properties[key] : node.additionalProperties;
    return inside ? resolved(schema, inside) : null;
  }, schema);
}
