// What the widgets share: elements, keys, and questions to Python.

const PATIENCE = 6000; // milliseconds Python may take for an answer

/** Make an element: tag, attributes (a function is an event listener), children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Keep keys inside: JupyterLab would take them for commands. Tab, Escape and chords go on. */
function keepKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") root.closest(".jp-Cell")?.focus();
  });
  for (const type of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(type, (event) => {
      const chord = event.ctrlKey || event.altKey || event.metaKey;
      if (!chord && !["Tab", "Escape"].includes(event.key)) event.stopPropagation();
    });
  }
}

/** Make a widget's own element one group with a name, for the style sheet and a screen reader. */
export function frame(root, kind, label) {
  root.className = `refresh-course ${kind}`;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", label);
  keepKeys(root);
}

/** Make the line in which a widget says what has happened; a screen reader reads it out. */
export function status() {
  return make("p", { class: "says", role: "status", "aria-live": "polite" });
}

/** Return the SVG that Python drew; it shrinks with its pane as long as it can be read. */
export function picture(text) {
  const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const svg = document.importNode(drawn, true);
  svg.style.minWidth = `${0.78 * Number(svg.getAttribute("width"))}px`;
  return svg;
}

/** Return a member of an object's own: a variable may be named like what all objects have. */
export function own(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Make a button. */
export function button(label, act, attributes = {}) {
  return make("button", { type: "button", click: act, ...attributes }, label);
}

/** Write a text where another one stands; an equal one stays, and costs no layout. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Mark an element as the current one, or no longer. */
export function current(element, yes, value) {
  if (yes) element.setAttribute("aria-current", value);
  else if (element.hasAttribute("aria-current")) element.removeAttribute("aria-current");
}

/** Bring a part of a scrolling pane into view, and leave the page where it is. */
export function reveal(pane, part) {
  if (!part) return;
  const frame = pane.getBoundingClientRect();
  const inner = part.getBoundingClientRect();
  if (inner.top < frame.top) pane.scrollTop -= frame.top - inner.top + 8;
  else if (inner.bottom > frame.bottom) pane.scrollTop += inner.bottom - frame.bottom + 8;
  const room = inner.left - frame.left;
  const over = inner.right - frame.right;
  if (room < 0 || over > 0) pane.scrollLeft += room < 0 ? room - 8 : Math.min(room, over + 8);
}

/** Send a question to Python; return the timer that says so where no answer comes. */
export function ask(model, name, question, says) {
  const asked = (model.get(name).asked ?? 0) + 1;
  model.set(name, { ...question, asked });
  model.save_changes();
  return setTimeout(() => {
    says.textContent = "No answer yet. If the notebook's kernel was restarted, run this cell again.";
  }, PATIENCE);
}

/** Wrap a pane that may scroll, so that a keyboard can scroll it too. */
export function pane(name, title, content) {
  const id = `pane-${name}-${Math.random().toString(36).slice(2)}`;
  const scroll = make("div", { class: "scroll", tabindex: "0", role: "group" }, content);
  scroll.setAttribute("aria-labelledby", id);
  return make("section", { class: `pane ${name}` }, make("p", { id, class: "title" }, title), scroll);
}

/** Return what anywidget asks of a module: show a widget, and how to end it. */
export function shownBy(Kind) {
  return {
    render({ model, el }) {
      const root = make("div");
      el.append(root);
      const widget = new Kind(model, root);
      return () => widget.close();
    },
  };
}
