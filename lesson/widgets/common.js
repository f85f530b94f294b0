// What the widgets share: elements, keys, and questions to Python.

const PATIENCE = 1000; // milliseconds until a widget says that Python has not answered
const SHORTENED = /(^|[^\w])[\w-]{8}…/g;
const SETTLED = 150; // milliseconds until JupyterLab has scrolled by itself
const NO_ANSWER = "No answer yet: the notebook's kernel is busy, or it was restarted (then run this "
  + "cell again). What stands here is as it was before.";

/** Signs of two runs side by side: colours alone would not tell them apart. */
export const SIGNS = ["●", "◆"];

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

/** Return the SVG that Python drew; it shrinks with its pane. */
export function picture(text) {
  const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return document.importNode(drawn, true);
}

/** Return a text with the ends of its shortened tokens alone: all of them begin alike. */
export function tails(text) {
  return text.replace(SHORTENED, "$1…");
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

/** A question to Python by one of the model's traits; `late` is called where no answer comes. */
export class Inquiry {
  constructor(model, trait, says, late = () => {}) {
    Object.assign(this, { model, trait, says, late, open: false });
  }

  ask(content) {
    const asked = (this.model.get(this.trait).asked ?? 0) + 1;
    this.open = true;
    this.says.textContent = "Asking the server …";
    this.wait();
    this.model.set(this.trait, { ...content, asked });
    this.model.save_changes();
  }

  /** Say once more, to whoever asks anew, that the answer is still to come. */
  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.says.textContent = NO_ANSWER;
      this.late();
    }, PATIENCE);
  }

  /** Return whether an answer is to the newest question. */
  isAnsweredBy(answer) {
    return (answer.asked ?? null) === (this.model.get(this.trait).asked ?? null);
  }

  close() {
    clearTimeout(this.timer);
    this.open = false;
  }
}

/** A part of a widget with a title; where it has to scroll, a keyboard can scroll it too. */
export function pane(name, title, content) {
  const id = `pane-${name}-${Math.random().toString(36).slice(2)}`;
  const scroll = make("div", { class: "scroll", role: "group" }, content);
  scroll.setAttribute("aria-labelledby", id);
  new ResizeObserver(() => {
    const over = scroll.scrollHeight > scroll.clientHeight || scroll.scrollWidth > scroll.clientWidth;
    if (over) scroll.tabIndex = 0;
    else scroll.removeAttribute("tabindex");
  }).observe(scroll);
  const heading = make("p", { class: "title" }, make("span", { id }, title));
  return make("section", { class: `pane ${name}` }, heading, scroll);
}

/** Look at what was just run: after Shift+Enter JupyterLab looks at the cell below it. */
function comeIntoView(root) {
  const cell = root.closest(".jp-Cell");
  const active = cell?.closest(".jp-Notebook")?.querySelector(".jp-Cell.jp-mod-active");
  const justRun = active && (cell === active || cell.nextElementSibling === active);
  if (justRun) root.scrollIntoView({ block: "nearest" });
}

/** Call a function once an element has a place on the page, and JupyterLab has moved on. */
function onceLaidOut(root, act) {
  const look = new ResizeObserver(() => {
    if (!root.offsetHeight) return;
    look.disconnect();
    setTimeout(act, SETTLED);
  });
  look.observe(root);
}

/** Return what anywidget asks of a module: show a widget, and how to end it. */
export function shownBy(Kind) {
  return {
    render({ model, el }) {
      const root = make("div");
      el.append(root);
      const widget = new Kind(model, root);
      onceLaidOut(root, () => comeIntoView(root));
      return () => widget.close();
    },
  };
}
