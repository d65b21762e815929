// Comfort for the editor; every form works without it.

const dirty = new Set(); // ids of forms with text that the server doesn't have

const mark = (form, ...classes) => {
  if (!form?.id) return;
  dirty.add(form.id);
  form.classList.add("is-dirty", ...classes);
};

document.addEventListener("input", (event) => mark(event.target.closest("form")));
document.addEventListener("submit", (event) => dirty.delete(event.target.id));

// A part is replaced as a whole when one of its forms was saved: what was typed in its other forms moves along.
let typed = [];

document.addEventListener("htmx:beforeSwap", () => {
  typed = [...dirty].flatMap((id) =>
    [...(document.getElementById(id)?.elements ?? [])]
      .filter((input) => input.name && input.name !== "csrfmiddlewaretoken" && input.type !== "file")
      .map(({ name, value, checked, type }) => ({ id, name, value, checked, type })),
  );
});

document.addEventListener("htmx:afterSettle", () => {
  for (const { id, name, value, checked, type } of typed) {
    const form = document.getElementById(id);
    const input = form?.elements.namedItem(name);
    if (!input || type === "submit") continue;
    if (type === "checkbox" || type === "radio") input.checked = checked;
    else input.value = value;
    mark(form);
  }
  typed = [];
});

// A request that got no answer leaves its form as it was typed.
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => mark(event.target.closest("form"), "is-unsaved"));
}

window.addEventListener("beforeunload", (event) => {
  if (dirty.size) event.preventDefault();
});

document.addEventListener("saved", () => {
  document.getElementById("preview")?.contentWindow.location.reload();
});

document.documentElement.classList.add("has-script");
