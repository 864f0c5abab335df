import { remember } from "./cookies.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-theme-toggle]");
  if (!link) return;
  event.preventDefault();
  const root = document.documentElement;
  const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  root.dataset.bsTheme = theme;
  remember("theme", theme);
});
