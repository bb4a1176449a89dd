// The sliders: exact numbers at every value, and the story at the nearest values that have one.
{
  const byId = id => document.getElementById(id);
  const page = JSON.parse(byId("moving-data").textContent);

  // What the page knows, as fractions.
  const parameters = page.parameters.map(({ name, low, high, values }, n) => ({
    name, low: exact(low), high: exact(high), values: values.map(exact),
    slider: byId(n ? "slider-2" : "slider"), field: byId(n ? "exactly-2" : "exactly"), at: byId(n ? "at-2" : "at"),
  }));
  const guarantees = page.guarantees.map(g => ({ name: g.name, cells: g.cells.map(cell), best: g.best.map(cell) }));
  const stops = page.stops.map(stop => ({ at: stop.at.map(exact), blocks: stop.blocks }));
  const first = page.parameters.map(({ start }) => exact(start));

  const parts = [...document.querySelectorAll("[data-part]")];
  const kept = new Map();
  for (const block of document.querySelectorAll("[data-block]")) kept.set(Number(block.dataset.block), block);
  let now = first, shown = null, before = first;

  // How far places are from each other: squares of distances, each as a share of the interval.
  const share = (x, { low, high }) => over(minus(x, low), minus(high, low));
  const apart = (s, t) => parameters.map((p, n) => minus(share(s[n], p), share(t[n], p))).map(d => times(d, d)).reduce(plus);
  const nearer = t => (best, s) => (compare(apart(s, t), apart(best, t)) < 0 ? s : best);
  const order = (s, t) => s.map((x, n) => compare(x, t[n])).find(Boolean) ?? 0;
  const cellsAt = at => guarantees.map(g => g.cells.find(cell => cell.has(at)));
  const same = (some, others, key = cell => cell) => some.every((cell, n) => key(cell) === key(others[n]));
  const home = new Map(stops.map(stop => [stop, cellsAt(stop.at)]));
  const values = at => parameters.map((p, n) => `${p.name} = ${written(at[n])}`).join(", ");

  function node(tag, text, name = "") {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = name;
    return made;
  }

  // A block of the story: in sight when the page opened, or waiting in a template.
  function block(n) {
    if (!kept.has(n)) kept.set(n, document.importNode(byId(`block-${n}`).content, true).firstElementChild);
    return kept.get(n);
  }

  // The stop whose story fits: the nearest in the same cells, or else with the same verdicts, or else of all.
  function stopFor(at, there) {
    const alike = stops.filter(stop => same(home.get(stop), there));
    const close = alike.length ? alike : stops.filter(stop => same(home.get(stop), there, cell => cell.verdict));
    const found = (close.length ? close : stops).map(stop => stop.at).reduce(nearer(at));
    return stops.find(stop => stop.at === found);
  }

  function tell(stop) {
    if (stop !== shown) parts.forEach((part, n) => {
      part.replaceChildren(...stop.blocks[n].map(block));
      part.hidden = !stop.blocks[n].length;
    });
    shown = stop;
  }

  // A number of a cell, or of the cell in which the best equilibrium is known.
  function entry(cell, best, k, at) {
    const f = cell.values[k];
    if (!f) return best?.values[k] ? entry(best, null, k, at) : ["–"];
    const found = cell.number(f, at), rounded = decimal(found);
    const formula = f.formula ? [node("span", `${f.formula} = `)] : [];
    return [...formula, node("span", written(found)), ...(rounded ? [" ", node("small", `(${rounded})`)] : [])];
  }

  function fill(at, there) {
    if (!guarantees.length) return;
    const [verdicts, ...rows] = byId("numbers").rows;
    there.forEach((cell, n) => {
      const best = guarantees[n].best.find(cell => cell.has(at));
      verdicts.cells[n + 1].replaceChildren(node("span", cell.verdict, `verdict ${cell.verdict}`));
      rows.forEach((row, k) => row.cells[n + 1].replaceChildren(...entry(cell, best, k, at)));
      if (cell.where) byId("cells").cells[n + 1].textContent = cell.where;
    });
    parameters.forEach((p, n) => { p.at.textContent = written(at[n]); });
  }

  function point(at) {
    for (const line of document.querySelectorAll(".cursor")) {
      const { across, down } = line.dataset, p = Number(across) ? 0 : 1;
      const [n, d] = share(at[p], parameters[p]), part = Number(n * 10000n / d) / 10000;
      line.setAttribute("visibility", "visible");
      line.setAttribute("transform", `translate(${part * across}, ${part * down})`);
    }
  }

  // What a screen reader says: bayes proved, at least 5/7.
  function sentence(at, there) {
    const said = there.map((cell, n) => {
      const known = key => cell.values[page.numbers.indexOf(key)];
      const bound = known("every equilibrium"), equilibrium = known("equilibrium"), begin = `${guarantees[n].name} ${cell.verdict}`;
      if (bound) return `${begin}, at least ${written(cell.number(bound, at))}`;
      return equilibrium ? `${begin}, an equilibrium has ${written(cell.number(equilibrium, at))}` : begin;
    });
    return said.join("; ");
  }

  function show(at) {
    const there = cellsAt(at), stop = stopFor(at, there), exactly = equal(stop.at, at), said = sentence(at, there);
    now = at;
    tell(stop);
    fill(at, there);
    point(at);
    parameters.forEach((p, n) => {
      const size = t => { const [a, b] = minus(t, at[n]); return [a < 0n ? -a : a, b]; };
      p.slider.value = p.values.indexOf(p.values.reduce((best, t) => (compare(size(t), size(best)) < 0 ? t : best)));
      p.slider.setAttribute("aria-valuetext", [`${p.name} = ${written(at[n])}`, said].filter(Boolean).join(": "));
      p.field.value = written(at[n]).replace("−", "-");
    });
    const near = exactly ? "" : same(home.get(stop), there) ? ", in the same cell" : ", nearby";
    const where = `The story is told at ${values(stop.at)}${near}.`;
    if (byId("where").textContent !== where) byId("where").textContent = where;
    const long = at.some(x => written(x).length > 40), field = parameters.length > 1 ? "the values in the fields" : "the value in the field";
    byId("beside").textContent = exactly || !guarantees.length ? "" : `The table is exact at ${long ? field : values(at)}.`;
    byId("less").disabled = order(stops[0].at, at) >= 0;
    byId("more").disabled = order(stops.at(-1).at, at) <= 0;
    complain("");
  }

  function complain(text, wrong = null) {
    byId("wrong").textContent = text;
    for (const { field } of parameters) field.setAttribute("aria-invalid", field === wrong ? "true" : "false");
  }

  function enter({ field, low, high }, n) {
    const text = field.value.trim(), said = text.length > 30 ? `${text.slice(0, 30)}…` : text;
    const { number: t, problem } = typed(text);
    if (problem) complain(`“${said}” ${problem}`, field);
    else if (compare(t, low) < 0 || compare(t, high) > 0) complain(`“${said}” is outside, expected ${written(low)} to ${written(high)}`, field);
    else show(now.with(n, t));
  }

  parameters.forEach((p, n) => {
    p.slider.max = p.values.length - 1;
    p.slider.addEventListener("input", () => show(now.with(n, p.values[p.slider.value])));
    p.field.addEventListener("change", () => enter(p, n));
    p.field.addEventListener("keydown", event => { if (event.key === "Enter") { event.preventDefault(); enter(p, n); } });
  });
  byId("moving").addEventListener("submit", event => event.preventDefault());
  byId("less").addEventListener("click", () => show(stops.findLast(s => order(s.at, now) < 0).at));
  byId("more").addEventListener("click", () => show(stops.find(s => order(s.at, now) > 0).at));
  addEventListener("beforeprint", () => { before = now; show(first); });
  addEventListener("afterprint", () => show(before));
  byId("moving").hidden = false;
  show(first);
}
