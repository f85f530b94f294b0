// Overtaking: choose before which line A is paused, and read who did what in which order.

import { button, current, frame, make, pane, put, reveal, shownBy, status } from "./common.js";
import { Panes } from "./panes.js";

const HEAD = ["line", "A is held before", "A", "B", "live", "outcome"];
const LANES = ["A", "B"];

class Overtaking {
  constructor(model, root) {
    this.races = model.get("shown");
    frame(root, "overtake", "One request overtakes another");
    this.says = status();
    this.order = make("tbody");
    this.rows = this.races.map((race) => this.row(race));
    this.panes = new Panes(root, {
      order: { words: "Who did what", stays: true,
        element: pane("order", "Who did what, from top to bottom", this.table(LANES, this.order)) },
      outcomes: { words: "Every line in turn", stays: true,
        element: pane("outcomes", "Every line in turn", this.table(HEAD, make("tbody", {}, ...this.rows))) },
    });
    root.append(this.controls(), this.says, this.panes.element);
    this.show(this.worst());
  }

  close() {
    this.panes.close();
  }

  controls() {
    this.slider = make("input", { type: "range", min: 1, max: this.races.length, value: 1,
      input: () => this.show(Number(this.slider.value) - 1) });
    this.number = make("span", { class: "at-line" });
    return make("div", { class: "controls" }, make("span", { class: "name" }, "Two requests, one token"),
      make("label", {}, make("span", {}, "Hold A before line"), this.slider), this.number,
      button("Previous", () => this.show(this.at - 1)),
      button("Next", () => this.show(this.at + 1)));
  }

  table(names, body) {
    const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
    return make("table", {}, make("thead", {}, head), body);
  }

  row(race) {
    const cells = race.row.map((text, index) => make("td", { class: index === 1 ? "code" : null }, text));
    return make("tr", { class: race.fault ? "fault" : null }, ...cells);
  }

  /** Start where a fault is, if there is one: that is what the reader came for. */
  worst() {
    return Math.max(0, this.races.findIndex((race) => race.fault));
  }

  show(index) {
    this.at = Math.min(Math.max(index, 0), this.races.length - 1);
    const { row, order, kinds, says } = this.races[this.at];
    this.order.replaceChildren(...order.map((texts, place) => this.event(texts, kinds[place])));
    put(this.number, row[0]);
    this.rows.forEach((element, place) => current(element, place === this.at, "true"));
    this.slider.value = this.at + 1;
    this.slider.setAttribute("aria-valuetext", `${row[0]}: ${row[1]}`);
    put(this.says, `Line ${row[0]}: ${row[1]} · A gets ${row[2]}, B gets ${row[3]}. ${says}`);
    reveal(this.rows[this.at].closest(".scroll"), this.rows[this.at]);
  }

  event(texts, kind) {
    const shown = kind === "line" ? "code" : kind;
    return make("tr", {}, ...texts.map((text, lane) =>
      make("td", { class: shown, "data-lane": text ? LANES[lane] : null }, text || null)));
  }
}

export default shownBy(Overtaking);
