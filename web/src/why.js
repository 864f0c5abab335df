import { place } from "./place.js";

// One panel for the page: a table of 500 prices has 500 small buttons and no panel in any row.
let panel;
let anchor;

document.addEventListener(
  "click",
  ({ target }) => {
    const button = target.closest?.("[data-why]");
    if (!button) return;
    if (!panel?.isConnected) panel = create();
    anchor = button;
    panel.replaceChildren(document.getElementById("waiting").content.cloneNode(true));
    // Next to its button the panel is next in the order of Tab.
    button.after(panel);
    panel.showPopover();
    place(panel, button);
  },
  { capture: true }, // before htmx looks for its target
);

document.addEventListener("htmx:after:swap", () => {
  if (panel?.matches(":popover-open")) place(panel, anchor);
});
addEventListener("scroll", () => panel?.isConnected && panel.hidePopover(), { passive: true });

function create() {
  const made = document.createElement("div");
  made.id = "why-panel";
  made.className = "panel";
  made.popover = "auto";
  made.setAttribute("role", "dialog");
  made.setAttribute("aria-label", document.body.dataset.textWhy);
  made.addEventListener("toggle", ({ newState }) => {
    anchor.setAttribute("aria-expanded", String(newState === "open"));
  });
  return made;
}
