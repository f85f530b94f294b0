// The stepper: every request was really sent; stepping through it happens here, without the kernel.

import { ChartPane } from "./chart_pane.js";
import {
  Inquiry, SIGNS, button, frame, make, put, reveal, shownBy, status,
} from "./common.js";
import { ExecutionPane } from "./execution_pane.js";
import { Panes } from "./panes.js";
import { SourcePane } from "./source_pane.js";
import { TrackerPane } from "./tracker_pane.js";

const OWN = "own";
const NOTHING = "nothing";
const HINT = "Keys on a button: ← → step, Home, End. Esc leaves.";
const PACE = 1400; // milliseconds a step while playing

class Stepper {
  constructor(model, root) {
    this.model = model;
    this.view = model.get("view");
    this.root = root;
    frame(root, "stepper", `Stepper for the view ${this.view.name}`);
    root.addEventListener("keydown", (event) => this.key(event));
    this.says = status();
    this.inquiry = new Inquiry(model, "choice", this.says, () => this.fallBack());
    this.parts = {
      source: new SourcePane(this.view),
      chart: new ChartPane(this.view),
      execution: new ExecutionPane(),
      tracker: new TrackerPane(),
    };
    this.panes = this.arrange();
    root.append(this.tools(), this.form(), this.says, this.panes.element);
    this.load = () => this.answered();
    model.on("change:shown", this.load);
    this.show(model.get("shown"));
  }

  close() {
    this.pause();
    this.inquiry.close();
    this.panes.close();
    this.parts.chart.close();
    cancelAnimationFrame(this.frame);
    this.model.off("change:shown", this.load);
  }

  // Building

  arrange() {
    const { source, chart, execution, tracker } = this.parts;
    this.root.style.setProperty("--drawn", `${chart.width}px`);
    return new Panes(this.root, {
      source: { words: "Source", element: source.element, stays: true },
      chart: { words: "Flow", element: chart.element, stays: true },
      execution: { words: "Execution table", brief: "Table", element: execution.element },
      tracker: { words: "Variable tracker", brief: "Variables", element: tracker.element },
    }, { hint: HINT, arranged: () => this.follow() });
  }

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
    this.beside = this.select([NOTHING, ...names], () => this.choose());
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
    this.body = make("textarea", { rows: 1, class: "code", spellcheck: "false" });
    this.body.value = this.view.body;
    const headers = (this.view.headers ?? []).map(([name, value]) => `${name}: ${value}`);
    const sent = headers.length ? make("p", { class: "code headers" }, headers.join("\n")) : null;
    const label = make("label", {}, make("span", {}, `Body for ${this.view.path}, as JSON`), this.body);
    this.own = make("div", { class: "own" }, sent, label, button("Send", () => this.ask()));
    return this.own;
  }

  // Asking the server

  choose() {
    this.own.hidden = this.scenario.value !== OWN;
    if (this.own.hidden) this.ask();
    else this.says.textContent = "Type a body, then press Send. Below still stands the run before.";
  }

  /** Ask for what is chosen; while the answer to a request of one's own is out, for nothing else. */
  ask() {
    this.pause();
    this.root.classList.add("asking");
    if (this.inquiry.open && this.asked === OWN) {
      this.inquiry.wait(); // a busy kernel would send it twice
      return;
    }
    this.asked = this.scenario.value;
    const beside = this.beside.value === NOTHING ? null : this.beside.value;
    this.inquiry.ask({ name: this.asked, beside, body: this.body.value });
  }

  /** Name what stands there, where the answer to what was chosen has not come. */
  fallBack() {
    this.root.classList.remove("asking");
    this.name();
  }

  answered() {
    const shown = this.model.get("shown");
    if (!this.inquiry.isAnsweredBy(shown)) return; // a newer answer is coming
    this.inquiry.close();
    this.show(shown);
  }

  // Showing

  show(shown) {
    this.root.classList.remove("asking");
    this.runs = shown.runs;
    this.root.classList.toggle("two", this.runs.length > 1);
    for (const part of Object.values(this.parts)) part.load(shown);
    this.last = Math.max(...this.runs.map((run) => run.positions.length)) - 1;
    this.slider.max = this.last;
    this.name();
    this.go(0);
    if (shown.problem) this.refuse(shown.problem);
  }

  /** Say what is wrong with the request that was asked for, and leave it to be mended. */
  refuse(problem) {
    this.says.textContent = problem;
    this.own.hidden = this.asked !== OWN;
  }

  /** Put the names of the runs that are shown into the fields that choose them. */
  name() {
    const [one, other] = this.runs;
    this.scenario.value = one.name;
    this.beside.value = other?.name ?? NOTHING;
    this.own.hidden = one.name !== OWN || !this.view.open;
  }

  // Stepping

  key(event) {
    const moves = { ArrowRight: this.at + 1, ArrowLeft: this.at - 1, Home: 0, End: this.last };
    const chord = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
    // In a field the keys belong to the field, and among tabs they choose one.
    const theirs = event.target.closest("textarea, select, input, [role=tablist]");
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
    if (this.root.classList.contains("asking")) return; // what stands here is not what is chosen
    this.at = Math.max(0, Math.min(wanted, this.last));
    const places = this.runs.map((run, side) => {
      const at = Math.min(this.at, run.positions.length - 1);
      return { run, side, at, position: run.positions[at] };
    });
    this.slider.value = this.at;
    put(this.count, `${this.at} of ${this.last}`);
    this.back.setAttribute("aria-disabled", String(this.at === 0));
    this.next.setAttribute("aria-disabled", String(this.at === this.last));
    this.tell(places);
    this.slider.setAttribute("aria-valuetext", this.says.textContent);
    for (const part of Object.values(this.parts)) part.go(places);
    this.follow();
  }

  /** Fit the chart, and scroll to what is current, once the browser has laid the page out anyway. */
  follow() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      this.parts.chart.fit();
      for (const { element } of Object.values(this.parts)) {
        const scroll = element.querySelector(".scroll");
        reveal(scroll, scroll.querySelector(".now, .now-other"));
        reveal(scroll, scroll.querySelector(".now .changed"));
      }
    });
  }

  tell(places) {
    const two = places.length > 1;
    const texts = places.map(({ run, side, position }) =>
      two ? make("span", { class: `side-${side}` }, `${SIGNS[side]} ${run.name}: ${position.says}`)
        : position.says);
    this.says.replaceChildren(...texts.flatMap((text, side) => (side ? [make("br"), text] : [text])));
  }
}

export default shownBy(Stepper);
