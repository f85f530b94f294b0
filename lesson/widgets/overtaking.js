// Overtaking: choose before which line A is paused, and read who did what in which order.

import { button, current, frame, make, pane, put, reveal, shownBy, status } from "./common.js";

const HEAD = ["line", "A is held before", "A", "B", "live", "outcome"];

class Overtaking {
  constructor(model, root) {
    this.races = model.get("shown");
    frame(root, "overtake", "One request overtakes another");
    this.says = status();
    this.order = make("tbody");
    this.rows = this.races.map((race) => this.row(race));
    root.append(make("p", { class: "name" }, "Two requests, one token"), this.controls(), this.says,
      make("div", { class: "panes" },
        pane("order", "Who did what, from top to bottom", this.table(["A", "B"], this.order)),
        pane("outcomes", "Every line in turn", this.table(HEAD, make("tbody", {}, ...this.rows)))));
    this.show(this.worst());
  }

  controls() {
    this.slider = make("input", { type: "range", min: 1, max: this.races.length, value: 1,
      input: () => this.show(Number(this.slider.value) - 1) });
    this.number = make("span", { class: "number" });
    return make("div", { class: "controls" },
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
    this.order.replaceChildren(...order.map((texts, place) => {
      const kind = kinds[place] === "line" ? "code" : kinds[place];
      return make("tr", {}, ...texts.map((text) => make("td", { class: kind }, text)));
    }));
    put(this.number, row[0]);
    this.rows.forEach((element, place) => current(element, place === this.at, "true"));
    this.slider.value = this.at + 1;
    this.slider.setAttribute("aria-valuetext", `${row[0]}: ${row[1]}`);
    put(this.says, `Line ${row[0]}: ${row[1]} · A gets ${row[2]}, B gets ${row[3]}. ${says}`);
    reveal(this.rows[this.at].closest(".scroll"), this.rows[this.at]);
  }

  close() {}
}

export default shownBy(Overtaking);
