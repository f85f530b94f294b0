// The live family tree: buttons ask Python, which asks the server; this shows the tree after it.

class LiveTree {
  constructor(model, root) {
    this.model = model;
    root.className = "refresh-course live-tree";
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Live family tree");
    keepKeys(root);
    this.drawing = make("div");
    this.words = make("details", {}, make("summary", {}, "The tree as a list"), make("ul"));
    this.says = make("p", { class: "says", role: "status", "aria-live": "polite" });
    const buttons = model.get("moves").map((name) => button(name, () => this.act(name)));
    root.append(make("div", { class: "buttons" }, ...buttons), this.says,
      pane("tree", "The families in the server's store", this.drawing), this.words);
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
