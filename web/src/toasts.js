const area = () => document.getElementById("toasts");

// The style sheet counts the seconds, and stops counting under the pointer and the focus.
document.addEventListener("animationend", ({ animationName, target }) => {
  if (animationName === "toast-life") target.remove();
});

document.addEventListener("click", ({ target }) => {
  target.closest?.("[data-toast-close]")?.closest(".toast").remove();
});

// The same words again replace those before them.
document.addEventListener("htmx:after:swap", () => {
  const said = new Map();
  for (const toast of area()?.children ?? []) {
    const words = toast.textContent.trim();
    said.get(words)?.remove();
    said.set(words, toast);
  }
});

document.addEventListener("htmx:after:request", ({ detail: { ctx }, target }) => {
  if (ctx.response.status < 400) target.closest?.(".toast-undo")?.remove();
});

// No answer at all, or one from a gate before us that knows nothing of toasts.
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx) apologise();
});
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status >= 500 && !ctx.text.includes("hx-swap-oob")) apologise();
});

function apologise() {
  if (!area() || area().querySelector("[data-no-answer]")) return;
  area().append(document.getElementById("no-answer").content.cloneNode(true));
}
