// Seconds left are told by the server; a clock of this machine that is wrong counts them all the same.
const running = new Map();

function start() {
  for (const element of document.querySelectorAll("[data-countdown]")) {
    if (running.has(element)) continue;
    running.set(element, performance.now() + Number(element.dataset.countdown) * 1000);
    tick(element);
  }
}

function tick(element) {
  const left = Math.max(0, Math.ceil((running.get(element) - performance.now()) / 1000));
  const shown = element.querySelector("[data-countdown-left]");
  if (shown) shown.textContent = words(left);
  if (left) return;
  running.delete(element);
  delete element.dataset.countdown;
  for (const part of element.querySelectorAll("[data-countdown-running]")) part.hidden = true;
  for (const part of element.querySelectorAll("[data-countdown-over]")) part.hidden = false;
}

function words(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const tail = `${two(seconds % 60)}`;
  return hours ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

setInterval(() => {
  for (const element of running.keys()) {
    if (element.isConnected) tick(element);
    else running.delete(element);
  }
}, 1000);
document.addEventListener("htmx:after:swap", start);
document.addEventListener("DOMContentLoaded", start);
start();
