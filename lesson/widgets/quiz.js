// Quizzes: everything needed is here already, so an answer comes without the kernel.

import { button, frame, make, shownBy, status } from "./common.js";

class Question {
  constructor(asked, number) {
    this.asked = asked;
    const group = `choice-${Math.random().toString(36).slice(2)}`;
    this.options = asked.options.map((option, index) => this.option(option, index, group));
    this.says = status();
    this.hint = this.hidden();
    this.hinter = button("Hint", () => this.reveal(), { "aria-expanded": "false" });
    const buttons = make("div", { class: "buttons" },
      button("Check", () => this.check()), this.hinter);
    this.element = make("fieldset", { change: () => this.clear() }, make("legend", {}, `${number}. ${asked.ask}`),
      ...this.options.map((option) => option.parentElement), buttons, this.says, this.hint);
  }

  option(option, index, group) {
    const radio = make("input", { type: "radio", name: group, value: index });
    make("label", { class: "option" }, radio, make("span", {}, option.text));
    return radio;
  }

  hidden() {
    const box = make("div", { class: "hint", hidden: true }, make("p", {}, this.asked.hint));
    if (this.asked.table) box.append(this.table(this.asked.table));
    return box;
  }

  table({ caption, rows }) {
    const names = ["step", "action", "check", "result"];
    const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
    const body = rows.map((row) => {
      const lit = row[0] === this.asked.row;
      const cells = row.map((text, index) =>
        make("td", { class: index > 1 ? "code" : null }, lit && !index ? `▶ ${text}` : text));
      return make("tr", { class: lit ? "lit" : null, "aria-current": lit ? "true" : null }, ...cells);
    });
    return make("table", {}, make("caption", {}, caption), make("thead", {}, head),
      make("tbody", {}, ...body));
  }

  /** Take the verdict away: it was on another choice. */
  clear() {
    this.says.className = "says";
    this.says.replaceChildren();
  }

  check() {
    const chosen = this.options.findIndex((radio) => radio.checked);
    const option = this.asked.options[chosen];
    this.says.className = `says ${option ? (option.right ? "right" : "wrong") : ""}`;
    if (!option) {
      this.says.textContent = "Choose an answer first.";
      return;
    }
    const tail = option.right ? "" : " Try again, or ask for the hint.";
    this.says.replaceChildren(make("b", {}, option.right ? "Right." : "Not quite."),
      " ", option.says + tail);
  }

  reveal() {
    this.hint.hidden = !this.hint.hidden;
    this.hinter.setAttribute("aria-expanded", String(!this.hint.hidden));
    this.hinter.textContent = this.hint.hidden ? "Hint" : "Hide the hint";
  }
}

class Quiz {
  constructor(model, root) {
    const name = `Quiz: ${model.get("title")}`;
    const asked = model.get("questions");
    frame(root, "quiz", name);
    root.append(make("p", { class: "name" }, name),
      ...asked.map((question, index) => new Question(question, index + 1).element));
  }

  close() {}
}

export default shownBy(Quiz);
