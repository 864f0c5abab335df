/** A text of the page's language that a script needs; base.html carries them on <body>. */
export const text = (name) => document.body.dataset[name] ?? "";

/** Says something to a screen reader without moving the focus. */
export function announce(message) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = message;
}
