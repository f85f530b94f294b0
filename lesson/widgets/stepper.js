// The stepper: every request was really sent; stepping through it happens here, without the kernel.

import {
  ask, button, current, frame, make, own, pane, picture, put, reveal, shownBy, status,
} from "./common.js";

const OWN = "own";
const BROAD = 560; // pixels; a wider chart gets a row of its own
const PACE = 1400; // milliseconds a step while playing

class Stepper {
  constructor(model, root) {
    this.model = model;
    this.view = model.get("view");
    this.at = 0;
    this.root = root;
    frame(root, "stepper", `Stepper for the view ${this.view.name}`);
    root.addEventListener("keydown", (event) => this.key(event));
    this.says = status();
    root.append(this.tools(), this.form(), this.says, this.panes(), this.footer());
    this.load = () => this.show();
    model.on("change:shown", this.load);
    this.show();
  }

  close() {
    this.pause();
    clearTimeout(this.waiting);
    cancelAnimationFrame(this.frame);
    this.model.off("change:shown", this.load);
  }

  // Building

  tools() {
    this.back = button("Previous", () => this.go(this.at - 1));
    this.next = button("Next", () => this.go(this.at + 1));
    this.player = button("Play", () => (this.timer ? this.pause() : this.play()));
    this.slider = make("input", {
      type: "range", min: 0, step: 1, "aria-label": "Step",
      input: () => this.go(Number(this.slider.value)),
    });
    this.count = make("span", { class: "count" });
    const slide = make("span", { class: "slide" }, this.slider, this.count);
    return make("div", { class: "tools" }, ...this.choosers(), this.back, this.next,
      this.player, slide);
  }

  choosers() {
    const names = this.view.scenarios.map(([name]) => name);
    this.scenario = this.select([...names, OWN], () => this.choose());
    this.beside = this.select(["nothing", ...names], () => this.ask());
    if (!names.length) return [];
    return [
      make("label", {}, "Request", this.scenario),
      make("label", {}, "beside", this.beside),
    ];
  }

  select(names, act) {
    const words = (name) => (name === OWN ? "your own request" : name);
    return make("select", { change: act },
      ...names.map((name) => make("option", { value: name }, words(name))));
  }

  form() {
    this.body = make("textarea", { rows: 2, class: "code", spellcheck: "false" });
    this.body.value = this.view.body;
    const label = make("label", {}, `Body for ${this.view.path}, as JSON`, this.body);
    this.own = make("div", { class: "own" }, label, button("Send", () => this.ask()));
    return this.own;
  }

  panes() {
    this.chart = picture(this.view.chart);
    this.boxes = [...this.chart.querySelectorAll("[data-box]")];
    this.arrows = [...this.chart.querySelectorAll("[data-arrow]")];
    this.lines = this.view.lines.map((text, index) =>
      make("li", { "data-line": index + 1, "data-mark": " " }, text || " "));
    const source = make("ol", { class: "code" }, ...this.lines);
    this.table = make("table");
    this.trackers = make("div");
    const words = make("details", {}, make("summary", {}, "The chart in words"),
      make("ul", {}, ...this.view.words.map((line) => make("li", {}, line))));
    const notes = make("ul", { class: "notes" },
      ...this.view.notes.map((note) => make("li", {}, note)));
    this.parts = {
      chart: pane("chart", "Flow, from the code", this.chart),
      source: pane("source", "Source", source),
      table: pane("execution", "Execution table", this.table),
      tracker: pane("tracker", "Variable tracker (* changed)", this.trackers),
    };
    this.parts.source.append(...(this.view.notes.length ? [notes] : []), words);
    const broad = this.chart.width.baseVal.value > BROAD;
    return make("div", { class: `panes ${broad ? "broad" : ""}` }, this.parts.chart, this.parts.source,
      make("div", { class: "tables" }, this.parts.table, this.parts.tracker));
  }

  footer() {
    return make("p", { class: "keys" },
      "Keys, with the focus on a button: left and right arrow step, Home and End jump. ",
      "Escape leaves the stepper.");
  }

  // Asking the server

  choose() {
    const own = this.scenario.value === OWN;
    this.own.hidden = !own;
    if (!own) {
      this.ask();
      return;
    }
    this.says.textContent = "Type a body, then press Send. Below still stands the run before.";
  }

  ask() {
    this.pause();
    this.says.textContent = "Asking the server …";
    const beside = this.beside.value === "nothing" ? null : this.beside.value;
    const choice = { name: this.scenario.value, beside, body: this.body.value };
    clearTimeout(this.waiting);
    this.waiting = ask(this.model, "choice", choice, this.says);
  }

  // Showing

  show() {
    const shown = this.model.get("shown");
    if (shown.asked !== (this.model.get("choice").asked ?? null)) return; // a newer answer is coming
    clearTimeout(this.waiting);
    if (shown.problem) {
      this.says.textContent = shown.problem;
      return;
    }
    this.runs = shown.runs;
    this.pairs = shown.pairs;
    this.parting = shown.parting;
    this.scenario.value = this.runs[0].name;
    this.beside.value = this.runs[1]?.name ?? "nothing";
    this.own.hidden = this.runs[0].name !== OWN || !this.view.open;
    this.drawTable();
    this.trackers.replaceChildren(...this.runs.map((run) => this.tracker(run)));
    this.tables = [...this.trackers.querySelectorAll("table")];
    this.last = Math.max(...this.runs.map((run) => run.positions.length)) - 1;
    this.slider.max = this.last;
    this.go(0);
  }

  drawTable() {
    const two = this.runs.length > 1;
    const results = two ? this.runs.map((run) => `result: ${run.name}`) : ["result"];
    const names = ["step", "action", ...(two ? [] : ["input"]), "check", ...results];
    const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
    this.rows = this.pairs.map((pair, index) => this.row(pair, index === this.parting));
    this.table.replaceChildren(make("thead", {}, head),
      make("tbody", {}, ...this.rows.map((row) => row.element)));
  }

  row(pair, parting) {
    const rows = this.runs.map((run, side) => run.table[pair[side]] ?? null);
    const one = rows.find(Boolean);
    const two = this.runs.length > 1;
    const results = rows.map(() => make("td", { class: "code" }));
    const here = parting ? make("span", { class: "parting-words" }, "Here they part.") : null;
    const element = make("tr", { class: parting ? "parting" : null },
      make("td", {}, one.step), make("td", {}, one.action, here),
      two ? null : make("td", { class: "code input" }, one.input),
      make("td", {}, one.check), ...results);
    return { element, rows, results };
  }

  tracker(run) {
    const head = make("tr", {}, make("th", { scope: "col" }, "when"),
      ...run.names.map((name) => make("th", { scope: "col", class: "code" }, name)));
    const body = run.states.map((state) =>
      make("tr", {}, make("th", { scope: "row" }, state.when),
        ...run.names.map(() => make("td", { class: "code" }))));
    const caption = this.runs.length > 1 ? make("caption", {}, run.name) : null;
    return make("table", {}, caption, make("thead", {}, head), make("tbody", {}, ...body));
  }

  // Stepping

  key(event) {
    const moves = { ArrowRight: this.at + 1, ArrowLeft: this.at - 1, Home: 0, End: this.last };
    const chord = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
    // In a field the keys belong to the field, and a pane that is too narrow scrolls by them.
    const { target } = event;
    const scrolls = target.matches(".scroll") && target.scrollWidth > target.clientWidth;
    const theirs = scrolls || target.closest("textarea, select, input");
    if (theirs || chord || !Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    this.go(moves[event.key]);
  }

  play() {
    if (this.at >= this.last) this.go(0);
    this.timer = setInterval(() => (this.at < this.last ? this.go(this.at + 1) : this.pause()), PACE);
    this.player.textContent = "Pause";
    this.says.setAttribute("aria-live", "off");  // else a screen reader never gets to the end
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.player.textContent = "Play";
    this.says.setAttribute("aria-live", "polite");
  }

  go(wanted) {
    this.at = Math.max(0, Math.min(wanted, this.last));
    const ends = this.runs.map((run) => Math.min(this.at, run.positions.length - 1));
    const now = this.runs.map((run, side) => run.positions[ends[side]]);
    this.slider.value = this.at;
    this.count.textContent = `${this.at} of ${this.last}`;
    this.back.setAttribute("aria-disabled", String(this.at === 0));
    this.next.setAttribute("aria-disabled", String(this.at === this.last));
    this.tell(now);
    this.slider.setAttribute("aria-valuetext", this.says.textContent);
    this.lightChart(ends, now);
    this.lightSource(now);
    this.fillTable(ends, now);
    this.runs.forEach((run, side) => this.fillTracker(this.tables[side], run, ends[side]));
    this.follow();
  }

  tell(now) {
    const two = now.length > 1;
    const texts = now.map((position, side) =>
      two ? `${this.runs[side].name}: ${position.says}` : position.says);
    this.says.replaceChildren(...texts.flatMap((text, side) => (side ? [make("br"), text] : [text])));
  }

  lightChart(ends, now) {
    const walked = this.runs.map((run, side) =>
      run.positions.slice(0, ends[side] + 1).map((position) => String(position.box)));
    for (const box of this.boxes) {
      const number = box.dataset.box;
      box.classList.toggle("on", walked[0].includes(number));
      box.classList.toggle("now", String(now[0].box) === number);
      box.classList.toggle("on-other", Boolean(walked[1]?.includes(number)) && !walked[0].includes(number));
      box.classList.toggle("now-other", now.length > 1 && String(now[1].box) === number
        && String(now[0].box) !== number);
    }
    const taken = walked.map((boxes) => new Set(boxes.map((box, i) => `${boxes[i - 1]}-${box}`)));
    for (const arrow of this.arrows) {
      const on = taken[0].has(arrow.dataset.arrow);
      arrow.classList.toggle("on", on);
      arrow.classList.toggle("on-other", !on && Boolean(taken[1]?.has(arrow.dataset.arrow)));
    }
  }

  lightSource(now) {
    const within = (position, line) =>
      position?.lines && position.lines[0] <= line && line <= position.lines[1];
    this.lines.forEach((element, index) => {
      const one = within(now[0], index + 1);
      const other = within(now[1], index + 1);
      element.classList.toggle("now", Boolean(one));
      element.classList.toggle("now-other", Boolean(other) && !one);
      const mark = one ? "▶" : other ? "▷" : " ";
      if (element.dataset.mark !== mark) element.dataset.mark = mark;
      current(element, one, "step");
    });
  }

  fillTable(ends, now) {
    this.rows.forEach(({ element, rows, results }) => {
      rows.forEach((row, side) => {
        const done = row && this.reached(row, side, ends[side]);
        put(results[side], done ? row.result : "");
      });
      const here = rows.some((row, side) => row && this.inside(row, side, ends[side]));
      element.classList.toggle("now", here);
      current(element, here, "step");
    });
  }

  /** A row tells its result once its last line has run; what never ran says so at the end. */
  reached(row, side, at) {
    const over = at === this.runs[side].positions.length - 1;
    return row.last == null ? over : at >= row.last;
  }

  inside(row, side, at) {
    return row.first != null && row.first <= at && at <= row.last;
  }

  fillTracker(table, run, at) {
    const variables = (index) => run.positions[index].variables;
    [...table.tBodies[0].rows].forEach((line, index) => {
      const state = run.states[index];
      const begun = at >= state.first;
      const before = index ? variables(run.states[index - 1].last) : {};
      const values = begun ? variables(Math.min(at, state.last)) : {};
      line.classList.toggle("now", begun && at <= state.last);
      run.names.forEach((name, column) => {
        const cell = line.cells[column + 1];
        const value = begun ? (own(values, name) ?? "-") : "";
        const changed = begun && index > 0 && own(values, name) !== own(before, name);
        put(cell, changed ? `${value} *` : value);
        cell.classList.toggle("changed", changed);
        if (changed) cell.setAttribute("aria-label", `${value}, changed`);
        else if (cell.hasAttribute("aria-label")) cell.removeAttribute("aria-label");
      });
    });
  }

  /** Scroll each pane to what is current, once the browser has laid the page out anyway. */
  follow() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      for (const part of Object.values(this.parts)) {
        const scroll = part.querySelector(".scroll");
        reveal(scroll, part.querySelector(".now"));
        reveal(scroll, part.querySelector(".now .changed"));
      }
    });
  }
}

export default shownBy(Stepper);
