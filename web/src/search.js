const box = () => document.getElementById("site-search");

const isTyping = ({ target }) =>
  target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (!box()) return;
  event.preventDefault();
  box().focus();
  box().select();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-focus-search]") || !box()) return;
  event.preventDefault();
  box().focus();
});
