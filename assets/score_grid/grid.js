// A table of scores whose cells are buttons: one press opens a cell, arrow keys go from one to the
// next, and what a cell says in full stands beside it while it is pointed at or has the focus.

const FITTING = 7; // more columns than this are drawn narrower
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function make(tag, properties = {}, children = []) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function heading(scope, { name, note }) {
  const cell = make("th", { scope }, [make("span", { textContent: name })]);
  if (note) cell.append(make("small", { textContent: note }));
  return cell;
}

function button(cell, isOpen) {
  const found = make("button", { type: "button", textContent: cell.text, title: "" });
  found.setAttribute("aria-label", cell.said);
  found.setAttribute("aria-pressed", String(isOpen));
  for (const [name, value] of Object.entries(cell.colors)) found.style.setProperty(name, value);
  if (cell.isEmpty) found.dataset.empty = "";
  return found;
}

function tableOf({ title, columns, rows, cells, open }, press) {
  const buttons = [];
  const head = make("thead", {}, [
    make("tr", {}, [make("td"), ...columns.map((column) => heading("col", column))]),
  ]);
  const body = make("tbody");
  rows.forEach((row, y) => {
    if (row.group) {
      const group = make("th", { scope: "rowgroup", colSpan: columns.length + 1 });
      group.textContent = row.group;
      body.append(make("tr", { className: "lse-score-group" }, [group]));
    }
    const line = make("tr", { className: row.isTotal ? "lse-score-total" : "" });
    line.append(heading("row", row));
    buttons.push(
      cells[y].map((cell, x) => {
        const found = button(cell, open && open[0] === y && open[1] === x);
        found.addEventListener("click", () => press(y, x));
        line.append(make("td", {}, [found]));
        return found;
      }),
    );
    body.append(line);
  });
  const table = make("table", {}, [make("caption", { textContent: title }), head, body]);
  table.style.setProperty("--columns", columns.length);
  if (columns.length > FITTING) table.dataset.many = "";
  return { table, buttons };
}

function place(tip, beside) {
  const box = beside.getBoundingClientRect();
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), innerWidth - width - 8);
  const above = box.top - height - 6;
  Object.assign(tip.style, { left: `${left}px`, top: `${above > 96 ? above : box.bottom + 6}px` });
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-score-grid]");
  const hadFocus = root.contains(document.activeElement);
  const before = root.at;
  const scrolled = root.querySelector(".lse-score-scroll")?.scrollLeft ?? 0;
  const tip = make("p", { className: "lse-score-tip", hidden: true });
  tip.setAttribute("aria-hidden", "true"); // the same stands in each button's label
  const { table, buttons } = tableOf(data, (y, x) =>
    setTriggerValue("pressed", { row: data.rows[y].key, column: data.columns[x].key }),
  );
  const scroll = make("div", { className: "lse-score-scroll" }, [table]);
  root.replaceChildren(scroll, tip);
  scroll.scrollLeft = scrolled;

  const places = new Map(buttons.flatMap((row, y) => row.map((each, x) => [each, [y, x]])));
  // One stop of the tab key for the whole table; the arrow keys move within it.
  const stop = (at) => {
    root.at = at;
    for (const [each, [y, x]] of places) each.tabIndex = y === at[0] && x === at[1] ? 0 : -1;
  };
  const isThere = (at) => at && buttons[at[0]]?.[at[1]];
  stop(isThere(before) ? before : isThere(data.open) ? data.open : [0, 0]);
  if (hadFocus) buttons[root.at[0]][root.at[1]].focus({ preventScroll: true });

  const show = ({ target }) => {
    const at = places.get(target);
    tip.hidden = true;
    if (!at) return;
    tip.textContent = data.cells[at[0]][at[1]].said;
    place(tip, target);
  };
  const hide = () => (tip.hidden = true);
  table.addEventListener("pointerover", show);
  table.addEventListener("pointerleave", hide);
  table.addEventListener("focusin", (event) => {
    const at = places.get(event.target);
    if (at) stop(at);
    if (event.target.matches(":focus-visible")) show(event);
  });
  table.addEventListener("focusout", hide);
  table.addEventListener("keydown", (event) => {
    const at = places.get(event.target);
    const step = STEPS[event.key];
    if (event.key === "Escape") hide();
    if (!at || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    buttons[at[0] + step[0]]?.[at[1] + step[1]]?.focus();
  });
}
