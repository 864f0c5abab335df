import { place } from "./place.js";

// One panel for the page: a table of 500 prices has 500 small buttons and no panel in any row. It
// shows why a price is what it is, or what the button's `data-why` is called.
let panel;
let anchor;

document.addEventListener(
  "click",
  ({ target }) => {
    const button = target.closest?.("[data-why]");
    if (!button) return;
    if (!panel?.isConnected) panel = create();
    anchor = button;
    panel.setAttribute("aria-label", button.dataset.why || document.body.dataset.textWhy);
    panel.replaceChildren(document.getElementById("waiting").content.cloneNode(true));
    // Next to its button the panel is next in the order of Tab; a form in it stands in no other.
    ((button.dataset.why && button.closest("form")) || button).after(panel);
    panel.showPopover({ source: button });
    place(panel, button);
  },
  { capture: true }, // before htmx looks for its target
);

document.addEventListener("htmx:after:swap", () => {
  if (panel?.matches(":popover-open")) place(panel, anchor);
});
// Typing on a phone scrolls, too.
const typing = () => panel.contains(document.activeElement);
addEventListener("scroll", () => panel?.isConnected && !typing() && panel.hidePopover(), {
  passive: true,
});

function create() {
  const made = document.createElement("div");
  made.id = "why-panel";
  made.className = "panel";
  made.popover = "auto";
  made.setAttribute("role", "dialog");
  made.addEventListener("toggle", ({ newState }) => {
    anchor.setAttribute("aria-expanded", String(newState === "open"));
  });
  return made;
}

// Whoever has put something into a list goes on where they were.
document.addEventListener("htmx:after:request", ({ detail: { ctx }, target }) => {
  const form = target.closest?.(".list-choose");
  if (!form || ctx.response.status >= 400) return;
  form.reset();
  if (panel?.contains(form)) panel.hidePopover();
});
