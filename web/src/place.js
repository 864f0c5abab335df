const GAP = 4;

/** Puts a shown popover under its anchor, or above where there is no room, inside the window. */
export function place(panel, anchor) {
  const at = anchor.getBoundingClientRect();
  panel.style.left = "0"; // near the edge it would be measured narrower than it wants to be
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = at.bottom + GAP + height <= innerHeight || at.top < height;
  const left = Math.min(at.left, innerWidth - width - GAP);
  panel.style.left = `${Math.max(GAP, left)}px`;
  panel.style.top = `${below ? at.bottom + GAP : at.top - GAP - height}px`;
}
