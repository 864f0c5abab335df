const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (SAFE.has(ctx.request.method)) return;
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) ctx.request.headers["X-CSRFToken"] = token;
});
