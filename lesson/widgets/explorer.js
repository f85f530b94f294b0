// The concept-flow explorer: buttons ask Python, which asks the server; this shows what came back.

import { ButtonWidget } from "./buttons.js";
import { make, pane, picture, reveal, shownBy } from "./common.js";

class Explorer extends ButtonWidget {
  constructor(model, root) {
    super(model, root, "explorer", "Concept-flow explorer");
  }

  build(buttons) {
    return [this.diagram(), buttons, this.says, this.lower()];
  }

  diagram() {
    this.drawing = picture(this.model.get("drawing"));
    const words = make("details", {}, make("summary", {}, "The flow in words"),
      make("ul", {}, ...this.model.get("words").map((line) => make("li", {}, line))));
    this.frame = pane("diagram", "The flow of a session", this.drawing);
    this.frame.append(words);
    return this.frame;
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
    this.light(state.walked.map(String));
    const scroll = this.log.parentElement;
    scroll.scrollTop = scroll.scrollHeight;
  }

  life(token) {
    const bar = make("progress", { max: token.life, value: token.left, "aria-label":
      `${token.name}: ${token.words || token.text}` });
    return make("div", { class: "life" }, make("span", {}, token.name), bar,
      make("span", { class: "code" }, [token.text, token.words].filter(Boolean).join(" · ")));
  }

  light(walked) {
    const now = walked.at(-1);
    for (const box of this.drawing.querySelectorAll("[data-box]")) {
      box.classList.toggle("on", walked.includes(box.dataset.box));
      box.classList.toggle("now", box.dataset.box === now);
    }
    reveal(this.frame.querySelector(".scroll"), this.drawing.querySelector(".now"));
    const taken = new Set(walked.map((box, i) => `${walked[i - 1]}-${box}`));
    for (const arrow of this.drawing.querySelectorAll("[data-arrow]")) {
      arrow.classList.toggle("on", taken.has(arrow.dataset.arrow));
    }
  }
}

export default shownBy(Explorer);
