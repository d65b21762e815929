// The paste page: a chosen reading is applied at once, and the text is kept while it is typed.

document.documentElement.classList.add("has-script");
const form = document.getElementById("paste");
const text = document.getElementById("id_paste-text");
let timer = 0;

form.addEventListener("change", ({ target }) => {
  if (target.matches("[data-reads]")) form.requestSubmit();
});

function keep(options) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
  body.set("paste-text", text.value);
  return fetch(form.dataset.unsent, { method: "POST", body, headers: { "HX-Request": "true" }, ...options });
}

text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => keep().catch(() => {}), 1_200);
});
addEventListener("pagehide", () => {
  if (text.value !== text.defaultValue && text.value.length < 60_000) keep({ keepalive: true }).catch(() => {});
});
