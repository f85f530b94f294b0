// The source of the stepper: the line that runs, and beside each line what it has changed so far.

import { SIGNS, current, make, pane, put, tails } from "./common.js";

export class SourcePane {
  constructor(view) {
    this.view = view;
    this.list = make("ol", { class: "code" });
    this.element = pane("source", "Source", this.list);
  }

  load(shown) {
    this.lines = this.view.lines.map((line) => this.line(line, shown.runs));
    this.list.replaceChildren(...this.lines.map((line) => line.element));
  }

  line({ number, step, label, indent, parts }, runs) {
    const text = make("span", { class: "text", style: `--indent: ${indent}` },
      ...parts.map(([kind, words]) => (kind ? make("span", { class: kind }, words) : words)));
    const plain = parts.map(([, words]) => words).join("");
    const changes = runs.map((run, side) => this.changes(run, side, number, runs.length > 1, plain));
    text.append(...changes.filter(Boolean).map((change) => change.element));
    const badge = step
      ? make("span", { class: "badge", title: `step ${step}: ${label}` },
        make("span", { class: "unseen" }, "step "), step)
      : make("span");
    const mark = make("span", { class: "mark" });
    const element = make("li", { "data-line": number }, badge,
      make("span", { class: "line-number" }, number), mark, text);
    return { number, element, mark, changes };
  }

  /** Return where a run changed something in a line; its place is kept until it has. */
  changes(run, side, line, signed, plain) {
    const found = run.positions.flatMap(({ lines, changed, variables }, at) =>
      (lines?.[0] === line && changed.length ? [{ at, text: this.change(changed, variables, plain) }] : []));
    if (!found.length) return null;
    const texts = found.map(({ at, text }) =>
      ({ at, text: signed ? `${SIGNS[side]} ${text.replace(/^= /, "")}` : text }));
    const element = make("span", { class: `change side-${side}` }, texts[0].text);
    return { element, texts };
  }

  change(names, variables, plain) {
    return names.map((name) => {
      if (!Object.hasOwn(variables, name)) return `${name} is gone`;
      const value = tails(variables[name]);
      return plain.startsWith(`${name} = `) ? `= ${value}` : `${name} = ${value}`;
    }).join(", ");
  }

  go(places) {
    for (const line of this.lines) this.mark(line, places);
  }

  mark({ number, element, mark, changes }, places) {
    const here = places.map(({ position: { lines } }) =>
      Boolean(lines) && lines[0] <= number && number <= lines[1]);
    element.classList.toggle("now", here[0]);
    element.classList.toggle("now-other", Boolean(here[1]) && !here[0]);
    const signs = places.length > 1 ? SIGNS : ["▶"];
    put(mark, here.map((yes, side) => (yes ? signs[side] : "")).join(""));
    current(element, here.some(Boolean), "step");
    changes.forEach((change, side) => change && this.tell(change, places[side].at));
  }

  tell({ element, texts }, at) {
    const last = texts.filter((change) => change.at <= at).at(-1);
    element.classList.toggle("to-come", !last);
    element.classList.toggle("new", last?.at === at);
    put(element, (last ?? texts[0]).text);
  }
}
