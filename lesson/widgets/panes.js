// The panes of a widget: all of them where there is room, else some of them behind tabs.

import { make } from "./common.js";

const NARROW = 640; // pixels of width: below it one pane at a time
const WIDE = 1180; // and from here on all of them at once
const TALL = 960; // pixels of height: here the tables stand one below the other
const LEAST = 480; // pixels of height that a widget takes in any case
const MARGIN = 8; // pixels above and below it

export class Panes {
  /**
   * Build from name → {words of its tab, brief ones, element}; what `stays` is in sight unless the
   * widget is narrow. `arranged` is called whenever the panes have got other places.
   */
  constructor(root, panes, { hint = "", arranged = () => {} } = {}) {
    this.root = root;
    this.arranged = arranged;
    root.classList.add("fitted");
    this.panes = panes;
    this.names = Object.keys(panes);
    this.chosen = this.names[0];
    this.tabs = new Map(this.names.map((name) => [name, this.tab(name, panes[name].words)]));
    this.list = make("div", { role: "tablist", "aria-label": "What to show", class: "tabs",
      keydown: (event) => this.key(event) }, ...this.tabs.values());
    for (const name of this.names) panes[name].element.id = this.id(name);
    const bar = make("div", { class: "bar" }, this.list, make("span", { class: "keys" }, hint));
    this.element = make("div", { class: "panes" }, bar,
      ...this.names.map((name) => panes[name].element));
    this.look = new ResizeObserver(() => this.arrange());
    this.look.observe(root);
    this.resized = () => this.arrange();
    window.addEventListener("resize", this.resized);
  }

  close() {
    this.look.disconnect();
    window.removeEventListener("resize", this.resized);
  }

  tab(name, words) {
    return make("button", { type: "button", role: "tab", "aria-controls": this.id(name),
      click: () => this.choose(name) }, words);
  }

  id(name) {
    this.unique ??= Math.random().toString(36).slice(2);
    return `${name}-${this.unique}`;
  }

  choose(name) {
    this.chosen = name;
    this.arrange();
  }

  /** As in all tab lists the arrows choose. */
  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = this.tabbed.indexOf(this.current) + step + this.tabbed.length;
    this.choose(this.tabbed[place % this.tabbed.length]);
    this.tabs.get(this.current).focus();
  }

  /** Return the height that can be seen at once: of the notebook where there is one. */
  room() {
    const page = this.root.closest(".jp-WindowedPanel-outer, .jp-Notebook");
    if (page) this.look.observe(page); // JupyterLab lays itself out after the window
    const height = page?.clientHeight || Math.min(window.innerHeight, window.screen.availHeight);
    return Math.max(LEAST, height - 2 * MARGIN);
  }

  arrange() {
    const width = this.root.clientWidth;
    if (!width) return;
    const room = this.room();
    const roomy = width >= WIDE || room >= TALL;
    const size = width < NARROW ? "narrow" : width >= WIDE ? "wide" : roomy ? "tall" : "middle";
    const moving = this.names.filter((name) => !this.panes[name].stays);
    this.tabbed = { narrow: this.names, middle: moving, tall: [], wide: [] }[size];
    this.root.dataset.size = size;
    this.root.style.setProperty("--room", `${room}px`);
    this.current = this.tabbed.includes(this.chosen) ? this.chosen : this.tabbed[0];
    this.list.hidden = !this.tabbed.length;
    for (const name of this.names) this.set(name, this.tabbed.includes(name), size);
    this.arranged();
  }

  set(name, tabbed, size) {
    const { element, words, brief } = this.panes[name];
    const tab = this.tabs.get(name);
    tab.hidden = !tabbed;
    tab.textContent = (size === "narrow" && brief) || words;
    tab.tabIndex = name === this.current ? 0 : -1;
    tab.setAttribute("aria-selected", String(name === this.current));
    element.hidden = tabbed && name !== this.current;
    element.classList.toggle("tabbed", tabbed);
    if (tabbed) element.setAttribute("role", "tabpanel");
    else element.removeAttribute("role");
  }
}
