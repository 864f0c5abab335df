// Whoever sent a form with mistakes is taken to the list of them, by keyboard and by ear.
function visitSummary(within) {
  within.querySelector("[data-error-summary]")?.focus();
}

visitSummary(document);
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx.response?.status === 422) visitSummary(document);
});

// A link to a field with a mistake puts the cursor into it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus();
});
