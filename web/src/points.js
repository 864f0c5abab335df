// Pickup points at the checkout: chosen in the list or on the map, which is loaded when it is seen.
const maps = new WeakMap();

document.addEventListener("click", ({ target }) => {
  const chosen = target.closest?.("[data-point]");
  if (chosen) choose(chosen);
  const turned = target.closest?.("[data-points-turn]");
  if (turned) turned.closest(".points").classList.toggle("points-on-map");
});

// Enter in a filter looks for points, and does not place the order around it.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.(".points input")) event.preventDefault();
});

// Escape puts the points away, and leads back to the button that brought them.
document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && event.target.closest?.(".points-panel");
  if (panel) close(panel.closest(".pickup-point"));
});

// The page around counts what is chosen, not what is looked for.
document.addEventListener("change", filtered, { capture: true });
document.addEventListener("input", filtered, { capture: true });
document.addEventListener("htmx:after:swap", show);

function filtered({ target }) {
  if (target.matches?.("fieldset input[name^=offer-]")) forget(target);
  const panel = target.closest?.(".points");
  if (panel) maps.get(panel.querySelector("[data-map]"))?.draw();
}

function choose(button) {
  const { point, pointText, kind } = button.dataset;
  const home = button.closest(".pickup-point");
  const carrier = point.slice(0, point.indexOf(":"));
  const offers = [...home.closest("fieldset").querySelectorAll("[data-to-point]")];
  const own = offers.filter((offer) => offer.dataset.carrier === carrier && !offer.disabled && endsAt(offer, kind));
  if (own.length && !own.some((offer) => offer.checked)) own[0].checked = true;
  home.querySelector("input[type=hidden]").value = point;
  home.querySelector("input[type=hidden]").dataset.kind = kind;
  const said = home.querySelector("[data-point-said]");
  said.textContent = pointText;
  said.classList.remove("text-secondary");
  home.querySelector("input[type=hidden]").dispatchEvent(new Event("change", { bubbles: true }));
  close(home);
}

function close(home) {
  home.querySelector(".points-panel").replaceChildren();
  home.querySelector("button")?.focus();
}

// A point that the price of another offer is not for is chosen no longer.
function forget(offer) {
  const home = offer.closest("fieldset").querySelector(".pickup-point");
  const point = home?.querySelector("input[type=hidden]");
  if (!point?.value || !offer.matches("[data-to-point]")) return;
  if (point.value.startsWith(`${offer.dataset.carrier}:`) && endsAt(offer, point.dataset.kind)) return;
  point.value = "";
  point.dataset.kind = "";
  const said = home.querySelector("[data-point-said]");
  said.textContent = said.dataset.none;
  said.classList.add("text-secondary");
  home.querySelector(".points-panel").replaceChildren();
}

// The price of an offer is for points of its kinds, or of any.
function endsAt(offer, kind) {
  const { kinds } = offer.dataset;
  return !kinds || kinds.split(" ").includes(kind);
}

function show() {
  for (const element of document.querySelectorAll("[data-map]")) {
    if (!maps.has(element)) load(element);
  }
}

async function load(element) {
  maps.set(element, null);
  const { mapScript, mapStyle } = element.dataset;
  if (!document.querySelector(`link[href="${mapStyle}"]`)) {
    await style(mapStyle);
  }
  if (!window.fondacoMap) await script(mapScript);
  const panel = element.closest(".points");
  maps.set(element, window.fondacoMap(element, () => parameters(panel)));
}

function parameters(panel) {
  const query = new URLSearchParams(panel.dataset.asked);
  for (const field of panel.querySelectorAll("[name]")) {
    if (field.type !== "checkbox" || field.checked) query.set(field.name, field.value);
  }
  return query;
}

// A map that is made before its style comes is wider than the page.
function style(href) {
  return new Promise((done) => {
    const made = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: done });
    document.head.append(made);
  });
}

function script(src) {
  return new Promise((done, failed) => {
    const made = Object.assign(document.createElement("script"), { src, onload: done, onerror: failed });
    document.head.append(made);
  });
}
