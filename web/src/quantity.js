import { place } from "./place.js";
import { announce, text } from "./texts.js";

const SCALE = 1000; // quantities have three decimals; whole numbers compare exactly

const field = (target) => (target.matches?.("input[data-quantity]") ? target : null);
const scaled = (value) => Math.round(Number(value) * SCALE);

// A wrong multiple is kept from whoever listens for the change, until it is a right one.
document.addEventListener(
  "change",
  (event) => {
    const input = field(event.target);
    if (!input) return;
    const near = neighbours(input);
    mark(input, near);
    if (near) event.stopPropagation();
  },
  { capture: true },
);

document.addEventListener("keydown", (event) => {
  const input = field(event.target);
  if (!input || event.key !== "Enter") return;
  const fields = [...rows(input).querySelectorAll("input[data-quantity]:not(:disabled)")];
  const next = fields[fields.indexOf(input) + (event.shiftKey ? -1 : 1)];
  if (fields.length === 1) return;
  event.preventDefault();
  const near = neighbours(input);
  if (near) {
    mark(input, near);
    return;
  }
  if (event.ctrlKey || event.metaKey) {
    input.form?.matches(".shelf") && input.form.requestSubmit();
    return;
  }
  if (!next) {
    input.blur();
    return;
  }
  next.focus();
  next.select();
});

// What the server refused stays as it was typed, and says so until it is another.
document.addEventListener("htmx:after:request", ({ detail: { ctx }, target }) => {
  if (ctx.response?.status === 422) field(target)?.setAttribute("aria-invalid", "true");
});

const rows = (input) => input.closest("tbody, table, form") ?? document.body;

/** The multiples around a wrong value, or null where the value is a multiple. */
function neighbours(input) {
  const step = scaled(input.step) || SCALE;
  const value = scaled(input.value);
  if (input.value === "" || value % step === 0) return null;
  const lower = Math.floor(value / step) * step;
  return { lower: lower >= scaled(input.min || 0) ? lower : 0, upper: lower + step, step };
}

let hint;

function mark(input, near) {
  if (!near) {
    input.removeAttribute("aria-invalid");
    if (hint?.previousElementSibling === input) hint.remove();
    return;
  }
  input.setAttribute("aria-invalid", "true");
  // A click on a choice takes the focus first, which reports the same wrong value once more.
  if (hint?.previousElementSibling === input && hint.dataset.value === input.value) return;
  hint?.remove();
  hint = document.createElement("div");
  hint.className = "panel quantity-hint";
  hint.dataset.value = input.value;
  hint.popover = "manual";
  hint.append(...phrase(input, near));
  input.after(hint);
  hint.showPopover();
  place(hint, input);
  announce(hint.textContent);
}

// «кратно {step}: {lower} или {upper}»: the text is whole, only its numbers become buttons.
function* phrase(input, near) {
  const whole = text(near.lower ? "textMultiple" : "textMultipleFirst");
  for (const part of whole.split(/(\{\w+\})/)) {
    const name = part.match(/^\{(\w+)\}$/)?.[1];
    if (!name) yield part;
    else if (name === "step") yield shown(near.step);
    else yield choice(input, near[name]);
  }
}

function choice(input, value) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.textContent = shown(value);
  button.addEventListener("click", () => {
    input.value = String(value / SCALE);
    input.focus();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  return button;
}

const shown = (value) => (value / SCALE).toLocaleString(document.documentElement.lang);

addEventListener("scroll", () => hint?.isConnected && place(hint, hint.previousElementSibling), {
  passive: true,
  capture: true,
});
