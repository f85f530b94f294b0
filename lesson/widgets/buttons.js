// A widget of buttons: each asks Python by `action`, and Python answers with a new `state`.

import { ask, button, frame, make, status } from "./common.js";

export class ButtonWidget {
  /** Build the widget; a kind of it says in `build` what it is made of, in `draw` what it shows. */
  constructor(model, root, kind, label) {
    this.model = model;
    frame(root, kind, label);
    this.buttons = Object.entries(model.get("labels")).map(([name, words]) =>
      button(words, () => this.act(name), { "data-do": name }));
    this.says = status();
    root.append(...this.build(make("div", { class: "buttons" }, ...this.buttons)));
    this.load = () => this.show(model.get("state"));
    model.on("change:state", this.load);
    this.load();
  }

  close() {
    clearTimeout(this.waiting);
    this.model.off("change:state", this.load);
  }

  act(name) {
    clearTimeout(this.waiting);
    this.waiting = ask(this.model, "action", { do: name }, this.says);
  }

  show(state) {
    clearTimeout(this.waiting);
    this.says.textContent = state.says;
    this.draw(state);
  }
}
