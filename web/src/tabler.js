// Only the parts of Tabler that the kit uses; each listens for its own data-bs-toggle.
import "@tabler/core/js/src/bootstrap/collapse";
import "@tabler/core/js/src/bootstrap/dropdown";
import "@tabler/core/js/src/bootstrap/modal";
import "@tabler/core/js/src/bootstrap/offcanvas";
import "@tabler/core/js/src/bootstrap/tab";
import Sparkline from "@tabler/core/js/src/sparkline";

// Tabler looks once, when the page is ready; what a swap brings is ours to start.
document.addEventListener("htmx:after:process", ({ target }) => {
  for (const chart of target.querySelectorAll('[data-bs-toggle="sparkline"]')) {
    Sparkline.getOrCreateInstance(chart);
  }
});
