import { place } from "./place.js";

// A list below a search box while one types. The box keeps the focus; arrows move the choice,
// Enter follows it, Esc closes the list. Without a choice Enter searches, as without this script.
// A choice is a link, or, of an address, what to put into the box.
const PAUSE = 120;
let panel;
let box;
let timer;
let asking;

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-suggest]")) return;
  box = target;
  clearTimeout(timer);
  if (box.value.trim().length < Number(box.dataset.suggestLeast ?? 0)) return close();
  timer = setTimeout(ask, Number(box.dataset.suggestPause ?? PAUSE));
});

document.addEventListener("keydown", (event) => {
  if (event.target !== box || !isOpen()) return;
  if (event.key === "Escape") close();
  else if (event.key === "ArrowDown") choose(1);
  else if (event.key === "ArrowUp") choose(-1);
  else if (event.key === "Enter" && chosen()) take(chosen());
  else return;
  event.preventDefault();
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (target === box && !panel?.contains(relatedTarget)) close();
});
// A press on a link must not take the focus away before the click.
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.(".suggest")) event.preventDefault();
});
document.addEventListener("click", ({ target }) => {
  const option = target.closest?.(".suggest [role=option]");
  if (option && !target.closest("a")) take(option);
});
addEventListener("resize", close);

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const typed = box.value;
  try {
    const query = new URLSearchParams({ q: typed });
    const answer = await fetch(`${box.dataset.suggest}?${query}`, {
      signal: asking.signal,
      headers: { "HX-Request": "true" },
    });
    const list = answer.ok && !answer.redirected ? await answer.text() : "";
    if (box.value === typed && document.activeElement === box) show(list);
  } catch {
    // Another letter was typed meanwhile, or the network is gone: the search still works.
  }
}

function show(list) {
  if (!list.trim()) return close();
  if (!panel?.isConnected) panel = create();
  panel.innerHTML = list;
  panel.showPopover();
  panel.style.width = `${Math.max(box.offsetWidth, Math.min(innerWidth - 16, 480))}px`;
  place(panel, box);
  box.setAttribute("role", "combobox");
  // There may be a note alone.
  const found = panel.querySelector("#suggestions");
  if (found) box.setAttribute("aria-controls", found.id);
  else box.removeAttribute("aria-controls");
  box.setAttribute("aria-expanded", String(Boolean(found)));
  box.removeAttribute("aria-activedescendant");
}

function create() {
  const made = document.createElement("div");
  made.className = "panel suggest";
  made.popover = "manual";
  document.body.append(made);
  return made;
}

function isOpen() {
  return Boolean(panel?.isConnected && panel.matches(":popover-open"));
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  if (!isOpen()) return;
  panel.hidePopover();
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function take(option) {
  const fill = option.querySelector("[data-fill]");
  if (!fill) return option.querySelector("a").click();
  box.value = fill.dataset.fill;
  box.focus();
  close();
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function chosen() {
  return panel.querySelector('[aria-selected="true"]');
}

function choose(step) {
  const options = [...panel.querySelectorAll('[role="option"]')];
  // One place more than there are options: the box itself, with what was typed.
  const places = options.length + 1;
  const at = (options.indexOf(chosen()) + step + places + 1) % places;
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at - 1)));
  const now = options[at - 1];
  if (now) {
    box.setAttribute("aria-activedescendant", now.id);
    now.scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}
