// The live family tree: buttons ask Python, which asks the server; this shows the tree after it.

import { ButtonWidget } from "./buttons.js";
import { make, shownBy } from "./common.js";
import { Diagram } from "./diagram.js";

class LiveTree extends ButtonWidget {
  constructor(model, root) {
    super(model, root, "live-tree", "Live family tree");
  }

  build(buttons) {
    this.tree = new Diagram("tree", "The families in the server's store");
    return [buttons, this.says, this.tree.element];
  }

  close() {
    super.close();
    this.tree.close();
  }

  draw(state) {
    this.tree.show(state.drawing, this.list(state.words));
  }

  /** Write lines of a depth each as lists within lists; return what the outermost one holds. */
  list(lines) {
    const lists = [make("ul")];
    for (const [depth, words] of lines) {
      const item = make("li", {}, words);
      lists[depth] ??= lists[depth - 1].lastElementChild.appendChild(make("ul"));
      lists[depth].append(item);
      lists.length = depth + 1;
    }
    return [...lists[0].children];
  }
}

export default shownBy(LiveTree);
