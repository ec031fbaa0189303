// The few buttons that lie over a map.

import { h, icon } from "./dom.js";
import { savePng, saveSvg } from "./pictures.js";

const TOOLS = [
  ["move", "Move the map"],
  ["lasso", "Lasso: draw around words (or hold Shift)"],
  ["box", "Box: draw a frame around words"],
];

/** Buttons that choose what dragging does. */
export function toolButtons(state) {
  const buttons = TOOLS.map(([key, label]) =>
    h(
      "button",
      { type: "button", title: label, "aria-label": label, "data-tool": key, onclick: () => state.set({ tool: key }) },
      icon(key),
    ),
  );
  const mark = () =>
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tool === state.tool)));
  mark();
  state.on(["tool"], mark);
  return h("div", { class: "lm-tools lm-over", role: "group", "aria-label": "What dragging does" }, ...buttons);
}

/** Zoom in, zoom out, whole map, and saving. */
export function viewButtons(view, links) {
  const zoom = (factor) => () => {
    view.camera.zoomAt(factor, view.width / 2, view.height / 2);
    view.redraw({ settle: true });
    view.onView?.();
  };
  const button = (name, label, onclick) =>
    h("button", { type: "button", title: label, "aria-label": label, onclick }, icon(name));
  return h(
    "div",
    { class: "lm-tools lm-view lm-over", role: "group", "aria-label": "View" },
    button("plus", "Zoom in (+)", zoom(1.5)),
    button("minus", "Zoom out (−)", zoom(1 / 1.5)),
    button("home", "Show the whole map (0)", () => view.home()),
    saveMenu(view, links),
  );
}

function saveMenu(view, links) {
  const menu = h("div", { class: "lm-menu", role: "menu", hidden: true });
  const opener = h(
    "button",
    {
      type: "button",
      title: "Save this map",
      "aria-label": "Save this map",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: () => toggle(menu.hidden),
    },
    icon("save"),
  );
  const toggle = (open) => {
    if (open) fill();
    menu.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) menu.querySelector("[role=menuitem]").focus();
  };
  const item = (label, note, action) =>
    h(
      "button",
      { type: "button", role: "menuitem", onclick: () => (toggle(false), action()) },
      h("strong", {}, label),
      h("span", {}, note),
    );
  const link = (label, note, href) =>
    href
      ? h("a", { role: "menuitem", href, download: "", onclick: () => toggle(false) }, h("strong", {}, label), h("span", {}, note))
      : null;
  const fill = () => {
    const { csv, html } = links();
    menu.replaceChildren(
      ...[
        item("PNG", "this view, for a slide", () => savePng(view)),
        item("SVG", "this view, to edit", () => saveSvg(view)),
        link("CSV", "all words and where they lie", csv),
        link("HTML", "the whole map in one file, works offline", html),
      ].filter(Boolean),
    );
  };
  const box = h("div", { class: "lm-save" }, opener, menu);
  box.addEventListener("keydown", (event) => {
    const items = [...menu.querySelectorAll("[role=menuitem]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !menu.hidden) {
      toggle(false);
      opener.focus();
      event.stopPropagation();
    } else if (step && !menu.hidden) {
      const at = items.indexOf(document.activeElement);
      items[(at + step + items.length) % items.length].focus();
      event.preventDefault();
    }
  });
  box.addEventListener("focusout", (event) => !box.contains(event.relatedTarget) && toggle(false));
  return box;
}
