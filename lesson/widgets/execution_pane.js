// The execution table of the stepper: a row tells its result once its last line has run.

import { SIGNS, current, make, pane, tails } from "./common.js";

export class ExecutionPane {
  constructor() {
    this.table = make("table");
    this.element = pane("execution", "Execution table", this.table);
  }

  load({ runs, pairs, parting }) {
    const two = runs.length > 1;
    this.element.classList.toggle("one", !two);
    this.element.classList.toggle("two", two);
    const results = two ? runs.map((run, side) => `${SIGNS[side]} ${run.name}`) : ["result"];
    const names = ["step", "action", ...(two ? [] : ["input"]), "check", ...results];
    const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
    this.rows = pairs.map((pair, index) => this.row(runs, pair, index === parting));
    this.table.replaceChildren(make("thead", {}, head),
      make("tbody", {}, ...this.rows.map((row) => row.element)));
  }

  row(runs, pair, parting) {
    const rows = runs.map((run, side) => run.table[pair[side]] ?? null);
    const one = rows.find(Boolean);
    const results = rows.map((row, side) =>
      make("td", { class: `code side-${side}` }, make("span", {}, tails(row?.result ?? ""))));
    const here = parting ? make("span", { class: "parting-words" }, "Here they part.") : null;
    const element = make("tr", { class: parting ? "parting" : null },
      make("td", {}, one.step), make("td", {}, one.action, here),
      runs.length > 1 ? null : make("td", { class: "code input" }, tails(one.input)),
      make("td", {}, one.check), ...results);
    return { element, rows, results };
  }

  go(places) {
    for (const { element, rows, results } of this.rows) {
      rows.forEach((row, side) => {
        const told = row && this.reached(row, places[side]);
        results[side].firstChild.classList.toggle("to-come", !told); // its place is kept
      });
      const here = rows.some((row, side) => row && this.inside(row, places[side]));
      element.classList.toggle("now", here);
      current(element, here, "step");
    }
  }

  /** What never ran says so at the end. */
  reached(row, { run, at }) {
    return row.last == null ? at === run.positions.length - 1 : at >= row.last;
  }

  inside(row, { at }) {
    return row.first != null && row.first <= at && at <= row.last;
  }
}
