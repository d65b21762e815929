// The paste page: a chosen reading is applied at once. What is typed is kept by saving.js.

document.documentElement.classList.add("has-script");
const form = document.getElementById("editor");

form.addEventListener("change", ({ target }) => {
  if (target.matches("[data-reads]")) form.requestSubmit();
});
