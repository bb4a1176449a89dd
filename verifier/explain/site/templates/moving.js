// The slider: exact numbers at every value, and the story at the nearest value that has one.
{
  const byId = id => document.getElementById(id);
  const page = JSON.parse(byId("moving-data").textContent);
  const end = found => (found.polynomial ? { polynomial: found.polynomial.map(exact), between: found.between.map(exact) } : exact(found));
  const read = f => f && { above: f.above.map(exact), below: f.below.map(exact), formula: f.formula };
  const low = exact(page.low), high = exact(page.high), values = page.values.map(exact), first = exact(page.start);
  const guarantees = page.guarantees.map(({ name, pieces }) => ({
    name,
    pieces: pieces.map(p => ({ low: end(p.low), high: end(p.high), verdict: p.verdict, values: p.values.map(read) })),
  }));
  const stops = page.stops.map(stop => ({ t: exact(stop.t), blocks: stop.blocks }));
  const slider = byId("slider"), field = byId("exactly"), parts = [...document.querySelectorAll("[data-part]")];
  const kept = new Map([...document.querySelectorAll("[data-block]")].map(block => [Number(block.dataset.block), block]));
  let now = first, shown = null;

  const apart = (one, other) => { const [n, d] = plus(one, times([-1n, 1n], other)); return [size(n), d]; };
  const nearest = (found, t) => found.reduce((best, other) => (compare(apart(other, t), apart(best, t)) < 0 ? other : best));
  const has = (piece, t) => { const after = side(t, piece.low), before = side(t, piece.high); return (after > 0 && before < 0) || (!after && !before); };
  const pieceAt = (guarantee, t) => guarantee.pieces.find(piece => has(piece, t));
  const number = (f, t) => over(value(f.above, t), value(f.below, t));
  const alike = (s, t) => guarantees.every(g => pieceAt(g, s) === pieceAt(g, t));
  const node = (tag, text, name = "") => { const made = document.createElement(tag); made.textContent = text; made.className = name; return made; };

  function block(n) {
    if (!kept.has(n)) kept.set(n, document.importNode(byId(`block-${n}`).content, true).firstElementChild);
    return kept.get(n);
  }

  // The stop whose story fits: the nearest in the same cell, or else the nearest of all.
  function stopFor(t) {
    const same = stops.map(stop => stop.t).filter(s => alike(s, t));
    const s = nearest(same.length ? same : stops.map(stop => stop.t), t);
    return stops.find(stop => stop.t === s);
  }

  function cellOf(f, t) {
    if (!f) return ["–"];
    const found = number(f, t), rounded = decimal(found);
    return [...(f.formula ? [node("span", `${f.formula} = `)] : []), node("span", written(found)), ...(rounded ? [" ", node("small", `(${rounded})`)] : [])];
  }

  function sentence(t) {
    const said = guarantees.map(g => {
      const { verdict, values } = pieceAt(g, t);
      const bound = values[page.numbers.indexOf("every equilibrium")], shown = values[page.numbers.indexOf("equilibrium")];
      const most = bound ? `, at least ${written(number(bound, t))}` : shown ? `, an equilibrium has ${written(number(shown, t))}` : "";
      return `${g.name} ${verdict}${most}`;
    });
    return `${page.name} = ${written(t)}${said.length ? ": " : ""}${said.join("; ")}`;
  }

  function show(t) {
    now = t;
    const stop = stopFor(t), at = written(t), there = written(stop.t);
    if (stop !== shown) parts.forEach((part, n) => {
      part.replaceChildren(...stop.blocks[n].map(block));
      part.hidden = !stop.blocks[n].length;
    });
    shown = stop;
    if (guarantees.length) {
      const [verdicts, ...rows] = byId("numbers").rows, found = guarantees.map(g => pieceAt(g, t));
      found.forEach((piece, n) => verdicts.cells[n + 1].replaceChildren(node("span", piece.verdict, `verdict ${piece.verdict}`)));
      rows.forEach((row, k) => found.forEach((piece, n) => row.cells[n + 1].replaceChildren(...cellOf(piece.values[k], t))));
      byId("at").textContent = at;
    }
    const [n, d] = over(plus(t, times([-1n, 1n], low)), plus(high, times([-1n, 1n], low)));
    for (const line of document.querySelectorAll(".cursor")) {
      line.setAttribute("visibility", "visible");
      line.setAttribute("transform", `translate(${Number(n * 10000n / d) / 10000 * line.dataset.reach})`);
    }
    slider.value = values.indexOf(nearest(values, t));
    slider.setAttribute("aria-valuetext", sentence(t));
    field.value = at.replace("−", "-");
    const near = at === there ? "" : alike(t, stop.t) ? ", in the same cell" : ", nearby", place = `The story is told at ${page.name} = ${there}${near}.`;
    if (byId("where").textContent !== place) byId("where").textContent = place;
    byId("beside").textContent = at === there || !guarantees.length ? "" : `The table is exact at ${page.name} = ${at}.`;
    byId("less").disabled = !stops.some(s => compare(s.t, t) < 0);
    byId("more").disabled = !stops.some(s => compare(s.t, t) > 0);
    wrong("");
  }

  function wrong(text) {
    byId("wrong").textContent = text;
    field.setAttribute("aria-invalid", text ? "true" : "false");
  }

  function enter() {
    const text = field.value.trim(), said = text.length > 30 ? `${text.slice(0, 30)}…` : text;
    try {
      const t = typed(text);
      if (compare(t, low) < 0 || compare(t, high) > 0) throw `is outside, expected ${written(low)} to ${written(high)}`;
      show(t);
    } catch (problem) {
      if (typeof problem !== "string") throw problem;
      wrong(`“${said}” ${problem}`);
    }
  }

  slider.max = values.length - 1;
  slider.addEventListener("input", () => show(values[slider.value]));
  field.addEventListener("change", enter);
  byId("moving").addEventListener("submit", event => { event.preventDefault(); enter(); });
  byId("less").addEventListener("click", () => show(stops.findLast(s => compare(s.t, now) < 0).t));
  byId("more").addEventListener("click", () => show(stops.find(s => compare(s.t, now) > 0).t));
  let before = first;
  addEventListener("beforeprint", () => { before = now; show(first); });
  addEventListener("afterprint", () => show(before));
  byId("moving").hidden = false;
  show(first);
}
