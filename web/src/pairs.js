const DOES = "a, button, input, select, img, svg";
const LINE = 60; // letters that do not fit beside a head

// On a phone a row of a table is a card, and each of its figures needs the head of its column.
function label(table) {
  const heads = columns(table.tHead?.rows[0]);
  for (const row of [...table.tBodies, table.tFoot].flatMap((part) => [...(part?.rows ?? [])])) {
    for (const [cell, place] of placed(row)) name(cell, heads[place]);
  }
}

/** The words of the heads by the number of the column; those only for screen readers stay theirs. */
function columns(row) {
  const words = [];
  for (const [head, place] of row ? placed(row) : []) {
    words[place] = head.querySelector(".visually-hidden") ? "" : head.textContent.trim();
  }
  return words;
}

function* placed(row) {
  let place = 0;
  for (const cell of row.cells) {
    yield [cell, place];
    // table.js narrows a span when a column below it is hidden.
    place += Number(cell.dataset.wholeSpan ?? cell.colSpan);
  }
}

function name(cell, words) {
  if (cell.tagName !== "TD") return;
  const own = cell.textContent.trim();
  const nothing = (own === "" || own === "—") && !cell.querySelector(DOES);
  cell.classList.toggle("is-nothing", nothing);
  cell.classList.toggle("is-long", own.length > LINE);
  if (words && cell.colSpan === 1 && !cell.querySelector(".name")) cell.dataset.label = words;
}

const labelAll = () => document.querySelectorAll(".sheet-pairs > table").forEach(label);

labelAll();
document.addEventListener("htmx:after:swap", labelAll);
