// The few buttons that lie over a map.

import { h, icon } from "./dom.js";
import { savePng, saveSvg } from "./pictures.js";

const TOOLS = [
  ["move", "Move the map"],
  ["lasso", "Lasso: draw a line around some (or hold Shift)"],
  ["box", "Box: draw a frame around some"],
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

/** A button that stays pressed while something of the state is on. */
function switchButton(state, name, label, title) {
  const button = h("button", { type: "button", title, onclick: () => state.set({ [name]: !state[name] }) }, label);
  const mark = () => button.setAttribute("aria-pressed", String(state[name]));
  mark();
  state.on([name], mark);
  return button;
}

/** What several maps do together: lie alike, zoom together, or flow into each other. */
export function togetherButtons(state, flat) {
  return h(
    "div",
    { class: "lm-tools lm-together lm-over", role: "group", "aria-label": "What the maps do together" },
    switchButton(state, "aligned", "Aligned", "Turn, mirror and scale every map onto the first, so that up stays up (Procrustes)"),
    flat ? switchButton(state, "linked", "Zoom together", "What moves one map moves all") : null,
    switchButton(state, "morph", "Morph", "One map that flows from method to method"),
  );
}

/** Zoom in, zoom out, whole map, and saving. */
export function viewButtons(views, moved, links) {
  const zoom = (factor) => () => moved().forEach((view) => view.zoomBy(factor));
  const button = (name, label, onclick) =>
    h("button", { type: "button", title: label, "aria-label": label, onclick }, icon(name));
  return h(
    "div",
    { class: "lm-tools lm-view lm-over", role: "group", "aria-label": "View" },
    button("plus", "Zoom in (+)", zoom(1.5)),
    button("minus", "Zoom out (−)", zoom(1 / 1.5)),
    button("home", "Show the whole map (0)", () => moved().forEach((view) => view.home())),
    saveMenu(views, links),
  );
}

function saveMenu(views, links) {
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
    const { csv, parquet, html } = links();
    menu.replaceChildren(
      ...[
        item("PNG", "this view, for a slide", () => savePng(views())),
        item("SVG", "this view, to edit", () => saveSvg(views())),
        link("CSV", "all of the map and where they lie", csv),
        link("Parquet", "the same, numbers as numbers", parquet),
        link("HTML", "everything in one file, works offline", html),
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
