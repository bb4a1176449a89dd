// The slider: exact numbers at every value, and the story at the nearest value that has one.
{
  const byId = id => document.getElementById(id);
  const page = JSON.parse(byId("moving-data").textContent);

  // What the page knows, as fractions. An end of a piece is a fraction, or a root of a polynomial.
  const end = e => (e.polynomial ? { polynomial: e.polynomial.map(exact), between: e.between.map(exact) } : exact(e));
  const read = f => f && { above: f.above.map(exact), below: f.below.map(exact), formula: f.formula };
  const piece = p => ({ low: end(p.low), high: end(p.high), verdict: p.verdict, values: p.values.map(read) });
  const guarantees = page.guarantees.map(g => ({ name: g.name, pieces: g.pieces.map(piece) }));
  const stops = page.stops.map(stop => ({ t: exact(stop.t), blocks: stop.blocks }));
  const values = page.values.map(exact);
  const low = exact(page.low), high = exact(page.high), first = exact(page.start);

  const slider = byId("slider"), field = byId("exactly");
  const parts = [...document.querySelectorAll("[data-part]")];
  const kept = new Map();
  for (const block of document.querySelectorAll("[data-block]")) kept.set(Number(block.dataset.block), block);
  let now = first, shown = null, before = first;

  const apart = (s, t) => { const [n, d] = minus(s, t); return [size(n), d]; };
  const nearer = t => (best, s) => (compare(apart(s, t), apart(best, t)) < 0 ? s : best);
  const number = (f, t) => over(value(f.above, t), value(f.below, t));
  const pieceAt = (guarantee, t) => guarantee.pieces.find(({ low, high }) => {
    const after = side(t, low), before = side(t, high);
    return (after > 0 && before < 0) || (after === 0 && before === 0);
  });
  const alike = (s, t) => guarantees.every(g => pieceAt(g, s) === pieceAt(g, t));

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

  // The stop whose story fits: the nearest in the same cell, or else the nearest of all.
  function stopFor(t) {
    const all = stops.map(stop => stop.t), same = all.filter(s => alike(s, t));
    const s = (same.length ? same : all).reduce(nearer(t));
    return stops.find(stop => stop.t === s);
  }

  function tell(stop) {
    if (stop !== shown) parts.forEach((part, n) => {
      part.replaceChildren(...stop.blocks[n].map(block));
      part.hidden = !stop.blocks[n].length;
    });
    shown = stop;
  }

  function cellOf(f, t) {
    if (!f) return ["–"];
    const found = number(f, t), rounded = decimal(found);
    const formula = f.formula ? [node("span", `${f.formula} = `)] : [];
    return [...formula, node("span", written(found)), ...(rounded ? [" ", node("small", `(${rounded})`)] : [])];
  }

  function fill(t) {
    if (!guarantees.length) return;
    const [verdicts, ...rows] = byId("numbers").rows;
    guarantees.map(g => pieceAt(g, t)).forEach(({ verdict, values }, n) => {
      verdicts.cells[n + 1].replaceChildren(node("span", verdict, `verdict ${verdict}`));
      rows.forEach((row, k) => row.cells[n + 1].replaceChildren(...cellOf(values[k], t)));
    });
    byId("at").textContent = written(t);
  }

  function point(t) {
    const [n, d] = over(minus(t, low), minus(high, low)), share = Number(n * 10000n / d) / 10000;
    for (const line of document.querySelectorAll(".cursor")) {
      line.setAttribute("visibility", "visible");
      line.setAttribute("transform", `translate(${share * line.dataset.reach})`);
    }
  }

  // What a screen reader says: t = 2/7: bayes proved, at least 5/7.
  function sentence(t) {
    const known = (values, key) => values[page.numbers.indexOf(key)];
    const said = guarantees.map(g => {
      const { verdict, values } = pieceAt(g, t);
      const bound = known(values, "every equilibrium"), equilibrium = known(values, "equilibrium");
      if (bound) return `${g.name} ${verdict}, at least ${written(number(bound, t))}`;
      if (equilibrium) return `${g.name} ${verdict}, an equilibrium has ${written(number(equilibrium, t))}`;
      return `${g.name} ${verdict}`;
    });
    return [`${page.name} = ${written(t)}`, said.join("; ")].filter(Boolean).join(": ");
  }

  function show(t) {
    const stop = stopFor(t), exactly = !compare(stop.t, t);
    now = t;
    tell(stop);
    fill(t);
    point(t);
    slider.value = values.indexOf(values.reduce(nearer(t)));
    slider.setAttribute("aria-valuetext", sentence(t));
    field.value = written(t).replace("−", "-");
    const near = exactly ? "" : alike(t, stop.t) ? ", in the same cell" : ", nearby";
    const where = `The story is told at ${page.name} = ${written(stop.t)}${near}.`;
    if (byId("where").textContent !== where) byId("where").textContent = where;
    const at = written(t).length > 40 ? "the value in the field" : `${page.name} = ${written(t)}`;
    byId("beside").textContent = exactly || !guarantees.length ? "" : `The table is exact at ${at}.`;
    byId("less").disabled = compare(stops[0].t, t) >= 0;
    byId("more").disabled = compare(stops.at(-1).t, t) <= 0;
    complain("");
  }

  function complain(text) {
    byId("wrong").textContent = text;
    field.setAttribute("aria-invalid", text ? "true" : "false");
  }

  function enter() {
    const text = field.value.trim(), said = text.length > 30 ? `${text.slice(0, 30)}…` : text;
    const { number: t, problem } = typed(text);
    if (problem) complain(`“${said}” ${problem}`);
    else if (compare(t, low) < 0 || compare(t, high) > 0) complain(`“${said}” is outside, expected ${written(low)} to ${written(high)}`);
    else show(t);
  }

  slider.max = values.length - 1;
  slider.addEventListener("input", () => show(values[slider.value]));
  field.addEventListener("change", enter);
  byId("moving").addEventListener("submit", event => { event.preventDefault(); enter(); });
  byId("less").addEventListener("click", () => show(stops.findLast(s => compare(s.t, now) < 0).t));
  byId("more").addEventListener("click", () => show(stops.find(s => compare(s.t, now) > 0).t));
  addEventListener("beforeprint", () => { before = now; show(first); });
  addEventListener("afterprint", () => show(before));
  byId("moving").hidden = false;
  show(first);
}
