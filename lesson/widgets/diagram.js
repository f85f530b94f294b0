// A picture that Python drew, and the same in words: the reader turns from one to the other.

import { button, make, pane, picture } from "./common.js";

const READABLE = 0.66; // of its own size; a picture that would have to be smaller starts as words

export class Diagram {
  constructor(name, title) {
    this.words = make("ul", { class: "words" });
    this.place = make("div", { class: "drawing" });
    this.element = pane(name, title, make("div", {}, this.place, this.words));
    this.scroll = this.element.querySelector(".scroll");
    this.switch = button("in words", () => this.turn(!this.inWords), { class: "switch" });
    this.element.querySelector(".title").append(this.switch);
    this.look = new ResizeObserver(() => this.choose());
    this.look.observe(this.element);
    this.turn(false);
    this.turned = false;
  }

  close() {
    this.look.disconnect();
  }

  /** Draw a picture, and list its words: items, texts, or pairs of a box and its words. */
  show(drawing, words) {
    this.drawing = picture(drawing);
    this.width = Number(this.drawing.getAttribute("width"));
    this.height = Number(this.drawing.getAttribute("height"));
    this.place.replaceChildren(this.drawing);
    this.words.replaceChildren(...words.map((line) => this.item(line)));
    this.boxes = [...this.scroll.querySelectorAll("[data-box]")];
    this.arrows = [...this.drawing.querySelectorAll("[data-arrow]")];
    this.choose();
  }

  item(line) {
    if (line instanceof Element) return line;
    return Array.isArray(line) ? make("li", { "data-box": line[0] }, line[1]) : make("li", {}, line);
  }

  /** Show words or picture, as the reader said, else the picture where it can be read. */
  choose() {
    const room = this.element.clientWidth;
    if (room && !this.turned) this.set(room < READABLE * this.width);
  }

  turn(inWords) {
    this.turned = true;
    this.set(inWords);
  }

  set(inWords) {
    this.inWords = inWords;
    this.words.hidden = !inWords;
    this.place.hidden = inWords;
    this.switch.setAttribute("aria-pressed", String(inWords));
  }

  /** Shrink the picture where it is higher than its place, as long as it can be read. */
  fit() {
    this.drawing.style.maxHeight = "";
    const { clientHeight, scrollHeight } = this.scroll;
    const least = READABLE * this.height;
    if (scrollHeight > clientHeight) this.drawing.style.maxHeight = `${Math.max(least, clientHeight)}px`;
  }

  /** Light what was walked through: for each run its boxes in order, by their numbers. */
  light(walks) {
    const now = walks.map((walk) => walk.at(-1));
    for (const { classList, dataset } of this.boxes) {
      const { box } = dataset;
      classList.toggle("on", walks[0].includes(box));
      classList.toggle("now", now[0] === box);
      classList.toggle("on-other", !walks[0].includes(box) && Boolean(walks[1]?.includes(box)));
      classList.toggle("now-other", now[1] === box && now[0] !== box);
    }
    const taken = walks.map((walk) => new Set(walk.map((box, i) => `${walk[i - 1]}-${box}`)));
    for (const { classList, dataset } of this.arrows) {
      const on = taken[0].has(dataset.arrow);
      classList.toggle("on", on);
      classList.toggle("on-other", !on && Boolean(taken[1]?.has(dataset.arrow)));
    }
  }
}
