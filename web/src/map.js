// The map of pickup points, loaded where one is opened. Without tiles it is a plain field with the
// names of towns: a site may have no internet to take them from.
import L from "leaflet";

const RUSSIA = [56, 60];
const WHOLE = 4;
const TOWN = 11;

window.fondacoMap = (element, parameters) => {
  const { lat, lon, tiles, attribution } = element.dataset;
  const home = lat && lon ? [Number(lat), Number(lon)] : null;
  const map = L.map(element, { attributionControl: Boolean(tiles), zoomControl: true });
  map.setView(home ?? RUSSIA, home ? TOWN : WHOLE);
  if (tiles) {
    map.attributionControl.setPrefix(false);
    const whose = document.createElement("span");
    whose.textContent = attribution;
    L.tileLayer(tiles, { attribution: whose.innerHTML, maxZoom: 18 }).addTo(map);
  } else {
    element.classList.add("map-plain");
    L.control.scale({ imperial: false }).addTo(map);
  }
  if (home) L.marker(home, { icon: icon("map-home", 18), interactive: false }).addTo(map);
  const layer = L.layerGroup().addTo(map);
  let asked = 0;
  // Opening a point may move the map to it, and what is drawn anew closes it: it waits.
  let open = false;

  async function draw() {
    const turn = ++asked;
    const bounds = map.getBounds();
    const query = parameters();
    query.set("bbox", [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()]);
    query.set("zoom", map.getZoom());
    const answer = await fetch(`${element.dataset.map}?${query}`).catch(() => null);
    const found = answer?.ok && (await answer.json());
    if (turn !== asked || open || !found) return;
    const { points, clusters, towns } = found;
    layer.clearLayers();
    if (!tiles) for (const [name, y, x] of towns) layer.addLayer(town(name, y, x));
    for (const [number, y, x] of clusters) layer.addLayer(cluster(number, y, x));
    for (const [code, y, x, kind] of points) layer.addLayer(point(code, y, x, kind));
  }

  function cluster(number, y, x) {
    const size = number > 999 ? 48 : number > 99 ? 40 : 32;
    const marker = L.marker([y, x], { icon: icon("map-cluster", size, String(number)) });
    const nearer = () => map.setView([y, x], map.getZoom() + 2);
    marker.on("keypress", ({ originalEvent }) => originalEvent.key === "Enter" && nearer());
    return marker.on("click", nearer);
  }

  function point(code, y, x, kind) {
    const marker = L.marker([y, x], { icon: icon(`map-point ${kind}`, 16), title: code });
    marker.bindPopup("…", { minWidth: 240 });
    marker.on("popupopen", async ({ popup }) => {
      const query = new URLSearchParams({ carrier: element.dataset.carrier, code });
      const answer = await fetch(`${element.dataset.card}?${query}`).catch(() => null);
      if (!answer?.ok) return;
      popup.setContent(await answer.text());
      popup.getElement()?.querySelector("[data-point]")?.focus();
    });
    return marker;
  }

  map.on("popupopen", () => (open = true));
  map.on("popupclose", () => ((open = false), draw()));
  map.on("moveend", () => open || draw());
  new ResizeObserver(() => map.invalidateSize()).observe(element);
  draw();
  return { draw: () => (open ? map.closePopup() : draw()) };
};

function icon(className, size, html = "") {
  return L.divIcon({ className, html, iconSize: [size, size] });
}

function town(name, y, x) {
  const label = document.createElement("span");
  label.textContent = name;
  const own = L.divIcon({ className: "map-town", html: label, iconSize: null });
  return L.marker([y, x], { icon: own, interactive: false, keyboard: false });
}
