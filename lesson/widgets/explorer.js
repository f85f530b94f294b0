// The concept-flow explorer: buttons ask Python, which asks the server; this shows what came back.

import { ButtonWidget } from "./buttons.js";
import { make, pane, shownBy } from "./common.js";
import { Diagram } from "./diagram.js";

class Explorer extends ButtonWidget {
  constructor(model, root) {
    super(model, root, "explorer", "Concept-flow explorer");
  }

  build(buttons) {
    this.flow = new Diagram("diagram", "The flow of a session");
    this.flow.show(this.model.get("drawing"), this.model.get("words"));
    return [buttons, this.says, this.flow.element, this.lower()];
  }

  close() {
    super.close();
    this.flow.close();
  }

  lower() {
    this.clock = make("p", { class: "clock" });
    this.bars = make("div");
    this.log = make("ol", { class: "code" });
    const tokens = make("section", {}, make("p", { class: "title" }, "What the app holds"), this.bars, this.clock);
    return make("div", { class: "lower" }, tokens, pane("log", "Requests so far", this.log));
  }

  draw(state) {
    this.clock.textContent = `The server's clock: ${state.clock}`;
    this.bars.replaceChildren(...state.tokens.map((token) => this.life(token)));
    this.log.replaceChildren(...state.log.map((line) => make("li", {}, line)));
    for (const one of this.buttons) {
      one.setAttribute("aria-disabled", String(one.dataset.do in state.blocked));
    }
    this.flow.light([state.walked.map(String)]);
    const scroll = this.log.parentElement;
    scroll.scrollTop = scroll.scrollHeight;
  }

  life(token) {
    const bar = make("progress", { max: token.life, value: token.left, "aria-label":
      `${token.name}: ${token.words || token.text}` });
    return make("div", { class: "life" }, make("span", {}, token.name), bar,
      make("span", { class: "code" }, [token.text, token.words].filter(Boolean).join(" · ")));
  }
}

export default shownBy(Explorer);
