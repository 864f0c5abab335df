// Many double-click everything, or press Enter until something happens: it is one wish, sent once.
const PATIENCE = 3000; // a plain form that answered with a file stays on its page, and may be sent again
const sent = new Map();

document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("button:is([type=submit], [hx-post], [hx-delete])");
    if (button && event.detail > 1) stop(event);
  },
  { capture: true },
);

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (sent.has(form)) stop(event);
    else sent.set(form, setTimeout(() => sent.delete(form), PATIENCE));
  },
  { capture: true },
);

// What was answered, or is come back to, may be sent anew.
document.addEventListener("htmx:after:request", ({ target }) => release(target.closest?.("form")));
addEventListener("pageshow", () => [...sent.keys()].forEach(release));

function release(form) {
  clearTimeout(sent.get(form));
  sent.delete(form);
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
