// A menu that opens without a script is put away by one: by Escape, and by whatever happens outside.
const open = () => document.querySelector("details[data-menu][open]");

document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && open();
  if (!menu) return;
  const within = menu.contains(document.activeElement);
  menu.open = false;
  if (within) menu.querySelector("summary").focus();
});

for (const kind of ["pointerdown", "focusin"]) {
  document.addEventListener(kind, ({ target }) => {
    const menu = open();
    if (menu && !menu.contains(target)) menu.open = false;
  });
}
