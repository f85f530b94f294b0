// A widget of buttons: each asks Python by `action`, and Python answers with a new `state`.

import { Inquiry, button, frame, make, status } from "./common.js";

export class ButtonWidget {
  /** Build the widget; a kind of it says in `build` what it is made of, in `draw` what it shows. */
  constructor(model, root, kind, label) {
    this.model = model;
    frame(root, kind, label);
    this.buttons = Object.entries(model.get("labels")).map(([name, words]) =>
      button(words, () => this.act(name), { "data-do": name }));
    this.says = status();
    this.inquiry = new Inquiry(model, "action", this.says);
    root.append(...this.build(make("div", { class: "buttons" }, ...this.buttons)));
    this.load = () => this.show(model.get("state"));
    model.on("change:state", this.load);
    this.load();
  }

  close() {
    this.inquiry.close();
    this.model.off("change:state", this.load);
  }

  /** Ask for what a button says; never twice, for what a busy kernel answers late was done. */
  act(name) {
    if (this.inquiry.open) this.inquiry.wait();
    else this.inquiry.ask({ do: name });
  }

  show(state) {
    this.inquiry.close();
    this.says.textContent = state.says;
    this.draw(state);
  }
}
