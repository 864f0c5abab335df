// The grid of products and outlets: cells are saved as they change, several at once.
const form = () => document.querySelector("form[data-shares]");
const sender = () => document.getElementById("shares-send");
const field = (target) => (target?.matches?.("input[data-share]") ? target : null);

const changed = new Map();
let sending = false;
let timer;
let leaveFor = "";

// quantity.js keeps a wrong multiple from here until it is a right one.
document.addEventListener("change", ({ target }) => {
  const input = field(target);
  if (!input) return;
  changed.set(input.name, input.value);
  clearTimeout(timer);
  timer = setTimeout(send);
});

function send() {
  if (sending || !changed.size || !sender()) return;
  sending = true;
  const page = form().querySelector("input[name=page]").value;
  sender().setAttribute("hx-vals", JSON.stringify({ page, ...Object.fromEntries(changed) }));
  changed.clear();
  say("saving");
  sender().dispatchEvent(new CustomEvent("shares-changed"));
}

function say(state) {
  const place = form()?.querySelector("[data-shares-state]");
  if (place) place.textContent = place.dataset[state] ?? "";
}

document.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) => {
  if (target !== sender()) return;
  answered(ctx.response.status < 400 ? "saved" : "failed");
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (sending && ctx?.sourceElement === sender()) answered("failed");
});

// The mistakes stand above the grid; the cells they speak of are marked until they are changed.
document.addEventListener("htmx:after:swap", () => {
  for (const { hash } of document.querySelectorAll("#shares-news [data-error-summary] a")) {
    field(document.getElementById(hash.slice(1)))?.setAttribute("aria-invalid", "true");
  }
});

function answered(state) {
  sending = false;
  say(state);
  if (changed.size) send();
  else if (leaveFor && state === "saved") location.assign(leaveFor);
  else leaveFor = "";
}

// Whoever leaves the page right after the last figure must not lose it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || !(sending || changed.size) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  leaveFor = link.href;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-share-take]");
  if (!button) return;
  event.preventDefault();
  const input = button.closest("td").querySelector("input[data-share]");
  button.closest(".share-near").remove();
  input.removeAttribute("aria-invalid");
  input.value = button.dataset.shareTake;
  input.focus();
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

const STEPS = { Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener(
  "keydown",
  (event) => {
    const input = field(event.target);
    const [down, right] = STEPS[event.key] ?? [];
    if (!input || down === undefined || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = neighbour(input, event.shiftKey ? -down : down, right);
    next?.focus();
    next?.select();
    if (!next) input.blur();
  },
  { capture: true },
);

function neighbour(input, down, right) {
  const rows = [...input.closest("tbody").rows];
  const row = rows[rows.indexOf(input.closest("tr")) + down];
  return row?.cells[input.closest("td").cellIndex + right]?.querySelector("input[data-share]");
}

// A block of cells from a spreadsheet, from this cell to the right and down.
document.addEventListener("paste", (event) => {
  const input = field(event.target);
  const text = event.clipboardData?.getData("text/plain").replace(/\r?\n$/, "") ?? "";
  if (!input || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  text.split(/\r?\n/).forEach((line, down) => {
    line.split("\t").forEach((value, right) => {
      const cell = neighbour(input, down, right);
      if (!cell) return;
      cell.value = value.replace(/\s/g, "").replace(",", ".");
      cell.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
});

// On a phone the grid shows one outlet at a time.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);

function showOne() {
  const choice = document.querySelector("[data-share-outlet]");
  const others = `#shares [data-outlet]:not([data-outlet="${CSS.escape(choice?.value ?? "")}"])`;
  sheet.replaceSync(choice ? `@media (max-width: 767.98px) { ${others} { display: none } }` : "");
}

function prepare() {
  const save = document.querySelector("[data-shares-save]");
  if (save) save.hidden = true;
  const choice = document.querySelector("[data-share-outlet]");
  if (choice && shown && [...choice.options].some(({ value }) => value === shown)) {
    choice.value = shown;
  }
  showOne();
}

let shown = "";
document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-share-outlet]")) return;
  shown = target.value;
  showOne();
});
document.addEventListener("htmx:after:swap", prepare);
prepare();
