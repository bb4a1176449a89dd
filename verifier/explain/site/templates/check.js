// A certificate is checked again in a worker, which is ended when the time is over.
{
  const SECONDS = 30;
  const byId = id => document.getElementById(id);

  // The checker's text: it is in the page, or in a file beside the pages of a site.
  function checker() {
    const inside = byId("checker"), beside = document.querySelector("[data-checker]");
    if (inside) return Promise.resolve(inside.textContent);
    if (globalThis.checkerText) return Promise.resolve(globalThis.checkerText);
    return new Promise((found, missing) => {
      const script = document.createElement("script");
      script.src = beside.dataset.checker;
      script.onload = () => found(globalThis.checkerText);
      script.onerror = () => missing(new Error(`${beside.dataset.checker} is missing: it belongs beside the pages`));
      document.head.append(script);
    });
  }

  // The answer to a text, line by line; rejected where there is none in time.
  function answer(source, text) {
    const address = URL.createObjectURL(new Blob([source, "\nonmessage = asked => postMessage(check(asked.data));\n"], { type: "text/javascript" }));
    const worker = new Worker(address);
    const said = new Promise((found, missing) => {
      worker.onmessage = event => found(event.data.split("\n"));
      worker.onerror = event => missing(new Error(event.message || "the checker did not start"));
      setTimeout(() => missing(new Error(`stopped after ${SECONDS} seconds`)), SECONDS * 1000);
      worker.postMessage(text);
    });
    return said.finally(() => { worker.terminate(); URL.revokeObjectURL(address); });
  }

  function line(tag, text, name = "") {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = name;
    return made;
  }

  // A line with names in place of the numbers that the checker knows agents and her observations by.
  function named(text, names) {
    const lists = { agents: names.agents, "observes one of": names["what she observes"] };
    return text.replace(/(?:the )?(agents|observes one of) \[([\d, ]*)\]/g, (_, what, listed) => {
      const found = listed.split(", ").filter(Boolean).map(n => lists[what][n] ?? n).join(" and ");
      return what === "agents" ? found : `${what} ${found}`;
    });
  }

  function summary(lines, changed) {
    const proved = lines.filter(text => text.startsWith("proved: ")).length, count = lines.length;
    const whose = changed ? "the text as you have changed it" : "the text";
    if (lines.some(text => /^not (read|checked): /.test(text))) return `Refused: ${whose}`;
    return proved === count ? `Accepted: all ${count} claims of ${whose}` : `Refused: ${count - proved} of ${count} claims of ${whose}`;
  }

  function show(place, lines, changed, names) {
    const list = document.createElement("ul");
    for (const text of lines) {
      const item = line("li", named(text, names), text.startsWith("proved: ") ? "proved" : "refuted");
      item.dataset.said = text; // by the checker itself
      list.append(item);
    }
    place.replaceChildren(line("p", summary(lines, changed)), list);
  }

  for (const button of document.querySelectorAll("[data-checks]")) {
    const name = button.dataset.checks, field = byId(`${name}-claims`), place = byId(`${name}-checked`);
    const names = JSON.parse(button.closest("[data-named]").dataset.named);
    let asked = 0;
    const forget = () => { asked += 1; place.replaceChildren(); };
    field.addEventListener("input", forget);
    document.querySelector(`[data-restores="${name}"]`).addEventListener("click", () => { field.value = field.defaultValue; forget(); });
    button.addEventListener("click", async () => {
      const turn = (asked += 1), text = field.value, changed = text !== field.defaultValue;
      place.replaceChildren(line("p", "Checking …"));
      let shown;
      try {
        const lines = await answer(await checker(), text);
        shown = () => show(place, lines, changed, names);
      } catch (failure) {
        shown = () => place.replaceChildren(line("p", `Not checked: ${failure.message}`, "refuted"));
      }
      if (turn === asked) shown();
    });
  }
}
