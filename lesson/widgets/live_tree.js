// The live family tree: buttons ask Python, which asks the server; this shows the tree after it.

import { ButtonWidget } from "./buttons.js";
import { make, pane, picture, shownBy } from "./common.js";

class LiveTree extends ButtonWidget {
  constructor(model, root) {
    super(model, root, "live-tree", "Live family tree");
  }

  build(buttons) {
    this.drawing = make("div");
    this.words = make("details", {}, make("summary", {}, "The tree as a list"), make("ul"));
    const tree = pane("tree", "The families in the server's store", this.drawing);
    return [buttons, this.says, tree, this.words];
  }

  draw(state) {
    this.drawing.replaceChildren(picture(state.drawing));
    this.words.lastElementChild.replaceWith(this.list(state.words));
  }

  /** Write lines of a depth each as lists within lists. */
  list(lines) {
    const lists = [make("ul")];
    for (const [depth, words] of lines) {
      const item = make("li", {}, words);
      lists[depth] ??= lists[depth - 1].lastElementChild.appendChild(make("ul"));
      lists[depth].append(item);
      lists.length = depth + 1;
    }
    return lists[0];
  }
}

export default shownBy(LiveTree);
