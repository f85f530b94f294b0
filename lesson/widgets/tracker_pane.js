// The variable tracker of the stepper: a row for each step, a star at what changed in it.

import { SIGNS, make, own, pane, put, tails } from "./common.js";

export class TrackerPane {
  constructor() {
    this.tables = [];
    this.trackers = make("div", { class: "trackers" });
    this.element = pane("tracker", "Variable tracker (* changed)", this.trackers);
  }

  load({ runs }) {
    this.tables = runs.map((run, side) => this.tracker(run, side, runs.length > 1));
    this.trackers.replaceChildren(...this.tables);
  }

  tracker(run, side, two) {
    const head = make("tr", {}, make("th", { scope: "col" }, "when"),
      ...run.names.map((name) => make("th", { scope: "col", class: "code" }, name)));
    const body = run.states.map((state) =>
      make("tr", {}, make("th", { scope: "row" }, state.when),
        ...run.names.map(() => make("td", { class: "code" }, make("span")))));
    const caption = two ? make("caption", { class: `side-${side}` }, `${SIGNS[side]} ${run.name}`) : null;
    return make("table", { style: `flex-grow: ${run.names.length + 1}` }, caption,
      make("thead", {}, head), make("tbody", {}, ...body));
  }

  go(places) {
    places.forEach((place, side) => this.fill(this.tables[side], place));
  }

  fill(table, { run, at }) {
    const variables = (index) => run.positions[index].variables;
    [...table.tBodies[0].rows].forEach((line, index) => {
      const state = run.states[index];
      const begun = at >= state.first;
      const before = index ? variables(run.states[index - 1].last) : {};
      const values = variables(begun ? Math.min(at, state.last) : state.last);
      line.classList.toggle("now", begun && at <= state.last);
      run.names.forEach((name, column) => {
        const changed = begun && index > 0 && own(values, name) !== own(before, name);
        const cell = line.cells[column + 1];
        cell.firstChild.classList.toggle("to-come", !begun); // its place is kept
        this.write(cell, tails(own(values, name) ?? "-"), changed);
      });
    });
  }

  write(cell, value, changed) {
    put(cell.firstChild, changed ? `${value} *` : value);
    cell.classList.toggle("changed", changed);
    if (changed) cell.setAttribute("aria-label", `${value}, changed`);
    else if (cell.hasAttribute("aria-label")) cell.removeAttribute("aria-label");
  }
}
