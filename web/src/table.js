import { remember } from "./cookies.js";

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-density-toggle]");
  if (!button) return;
  const root = document.documentElement;
  const density = root.dataset.density === "roomy" ? "dense" : "roomy";
  root.dataset.density = density;
  button.setAttribute("aria-pressed", String(density === "roomy"));
  remember("density", density);
});

// Hidden columns live in a sheet of rules, so that rows which a swap brings later are hidden too.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
const key = (table) => `columns:${table}`;

function hidden(table) {
  try {
    return new Set(JSON.parse(localStorage.getItem(key(table)) ?? "[]"));
  } catch {
    return new Set(); // storage is blocked, or holds something of another program
  }
}

document.addEventListener("change", ({ target }) => {
  const table = target.dataset?.columnOf;
  if (!table) return;
  const columns = hidden(table);
  if (target.checked) columns.delete(target.value);
  else columns.add(target.value);
  try {
    localStorage.setItem(key(table), JSON.stringify([...columns]));
  } catch {
    // storage is blocked: the choice holds for this page
  }
  hide(table, columns);
});

const rules = new Map();

function hide(table, columns) {
  const cells = [...columns].map((name) => `#${CSS.escape(table)} [data-col="${CSS.escape(name)}"]`);
  rules.set(table, cells.length ? `${cells.join(",")}{display:none}` : "");
  sheet.replaceSync([...rules.values()].join("\n"));
  narrow(document.getElementById(table));
}

// A cell across several columns, as in a row of totals, must not hold a hidden one open.
function narrow(table) {
  const gone = [...(table?.querySelectorAll("thead [data-col]") ?? [])].filter(
    (head) => getComputedStyle(head).display === "none",
  ).length;
  for (const cell of table?.querySelectorAll("[colspan]") ?? []) {
    cell.dataset.wholeSpan ??= cell.colSpan;
    cell.colSpan = Math.max(1, cell.dataset.wholeSpan - gone);
  }
}

function restore() {
  const tables = new Set();
  for (const box of document.querySelectorAll("input[data-column-of]")) {
    const columns = hidden(box.dataset.columnOf);
    box.checked = !columns.has(box.value);
    tables.add(box.dataset.columnOf);
  }
  for (const table of tables) hide(table, hidden(table));
}

const width = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const box = target.closest(".sheet");
    box.classList.toggle("is-fitting", box.firstElementChild.offsetWidth <= box.clientWidth);
  }
});

function watch() {
  for (const box of document.querySelectorAll(".sheet:not(.sheet-tall)")) {
    width.observe(box);
    width.observe(box.firstElementChild);
  }
}

restore();
watch();
document.addEventListener("htmx:after:swap", () => {
  restore();
  watch();
});
