import { announce, text } from "./texts.js";

const SHOWN_MS = 1500;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  if (!(await write(button.dataset.copy))) return;
  announce(text("textCopied"));
  show(button, "check");
  setTimeout(() => show(button, "copy"), SHOWN_MS);
});

async function write(value) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(value).then(
      () => true,
      () => false,
    );
  }
  // A site on plain http has no clipboard object.
  const field = document.createElement("textarea");
  field.value = value;
  field.className = "visually-hidden";
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
}

function show(button, icon) {
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
}
