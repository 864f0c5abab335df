// A part of a page that comes anew may take the element with the focus away: without an id that came
// back, the focus goes to what stands chosen there, or to the next thing one can reach.
const REACHED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
let left = "";

document.addEventListener("htmx:before:swap", () => {
  left = document.activeElement?.closest("[data-keeps-focus]")?.id ?? "";
});

document.addEventListener("htmx:after:swap", () => {
  const part = left && document.getElementById(left);
  left = "";
  if (!part || document.activeElement !== document.body) return;
  const next = part.querySelector("input:checked") ?? [...document.querySelectorAll(REACHED)].find((one) => reached(one, part));
  next?.focus({ preventScroll: true });
});

function reached(element, part) {
  const after = part.contains(element) || part.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
  return after && element.tabIndex >= 0 && element.checkVisibility() && !passed(element);
}

// Of a question that is answered Tab goes to the answer.
function passed({ type, name, checked }) {
  return type === "radio" && !checked && document.querySelector(`input[name="${CSS.escape(name)}"]:checked`);
}
