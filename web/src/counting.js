// The sum on the order's button is still being counted when it is pressed: the press waits, and
// counts if the sum stays what it was. Otherwise the buyer looks at the new one first.
const COUNTING = "[hx-post^='/checkout/costs'].htmx-request";
let pressed = null;

document.addEventListener(
  "submit",
  (event) => {
    if (event.target.id !== "checkout" || !document.querySelector(COUNTING)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = document.getElementById("send-order");
    pressed = button.textContent;
    button.classList.add("btn-loading");
  },
  { capture: true },
);

document.addEventListener("htmx:after:request", ({ target }) => {
  if (pressed !== null && target.matches?.("[hx-post^='/checkout/costs']")) goOn();
});

// The parts of the answer are in their places once nothing is being asked for.
function goOn() {
  if (document.querySelector(COUNTING)) {
    setTimeout(goOn, 20);
    return;
  }
  const button = document.getElementById("send-order");
  const same = button?.textContent === pressed;
  pressed = null;
  button?.classList.remove("btn-loading");
  if (same) button.form.requestSubmit(button);
}
