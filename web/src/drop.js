const zoneOf = (event) => event.target.closest?.("[data-drop]");

for (const type of ["dragenter", "dragover"]) {
  document.addEventListener(type, (event) => {
    const zone = zoneOf(event);
    if (!zone || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
}

document.addEventListener("dragleave", (event) => {
  const zone = zoneOf(event);
  if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
});

document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  const input = zone.querySelector('input[type="file"]');
  input.files = chosen(event.dataTransfer.files, input.multiple);
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

function chosen(files, multiple) {
  const transfer = new DataTransfer();
  for (const file of multiple ? files : [...files].slice(0, 1)) transfer.items.add(file);
  return transfer.files;
}

document.addEventListener("change", ({ target }) => {
  const zone = target.matches?.('[data-drop] input[type="file"]') && target.closest("[data-drop]");
  if (!zone || !target.files.length) return;
  zone.querySelector("[data-drop-names]").textContent = [...target.files]
    .map((file) => file.name)
    .join(", ");
  if ("dropSubmit" in zone.dataset) target.form.requestSubmit();
});
