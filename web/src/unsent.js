// A session may end while a form is being filled in. What was typed waits in this tab for the same
// person to sign in again, and is put back into the form; passwords, files and tokens are not kept.
const KEY = "unsent";
const MOST = 200_000;
const KEPT = "input:not([type=hidden], [type=password], [type=file]), textarea, select";

const person = () => document.body.dataset.person;
const fields = (form) => [...form.elements].filter((one) => one.name && one.matches(KEPT));
const action = (form) => form.getAttribute("action");

document.addEventListener("submit", ({ target: form }) => {
  if (form.method !== "post" || !person()) return;
  const typed = fields(form).map((one) => [one.name, one.value, Boolean(one.checked)]);
  write({ person: person(), action: action(form), typed });
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET" && ctx.response?.status !== 204) write(null);
});

function write(unsent) {
  try {
    const kept = JSON.stringify(unsent);
    if (unsent && kept.length < MOST) sessionStorage.setItem(KEY, kept);
    else sessionStorage.removeItem(KEY);
  } catch {
    // storage is blocked: the form is filled in anew
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function putBack({ action: wanted, typed }) {
  const form = [...document.forms].find((one) => action(one) === wanted);
  if (!form) return;
  const left = [...typed];
  for (const one of fields(form)) {
    const box = ["checkbox", "radio"].includes(one.type);
    const place = left.findIndex(([name, value]) => name === one.name && (!box || value === one.value));
    if (place < 0) continue;
    const [[, value, checked]] = left.splice(place, 1);
    if (box) one.checked = checked;
    else one.value = value;
  }
  const toast = document.getElementById("put-back").content.cloneNode(true);
  document.getElementById("toasts").append(toast);
}

const unsent = read();
if (unsent && document.querySelector("form[action='/login']")) {
  write({ ...unsent, atDoor: true });
} else if (unsent) {
  write(null);
  if (unsent.atDoor && unsent.person === person()) putBack(unsent);
}
