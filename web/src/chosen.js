// What a choice costs comes a moment later and brings the ways to pay anew: what was chosen or typed
// there meanwhile stays.
const said = new Map();

document.addEventListener("change", note);
document.addEventListener("input", note);
document.addEventListener("htmx:after:swap", restore);

function note({ target }) {
  if (target.closest?.("#payment") && target.name) said.set(target.name, target.value);
}

function restore() {
  for (const field of document.querySelectorAll("#payment input:is([type=radio], [type=text])")) {
    const value = said.get(field.name);
    if (value === undefined || field.disabled) continue;
    if (field.type === "text") field.value = value;
    else if (field.value === value && !field.checked) field.click();
  }
}
