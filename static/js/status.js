// Comfort on top of a page that is complete without it: ready words fill the form at once.
const form = document.getElementById("post");

form?.addEventListener("click", (event) => {
  const fill = event.target.closest("[name=fill]");
  if (!fill) return;
  event.preventDefault();
  const chosen = form.elements.template.selectedOptions[0];
  form.elements.text.value = chosen.dataset.text;
  const step = [...form.elements.status].find((input) => input.value === chosen.dataset.status);
  if (step) {
    step.checked = true;
    step.dispatchEvent(new Event("change", { bubbles: true }));
  }
  form.elements.text.focus();
});

// A second tap on a slow connection would post the same words twice.
form?.addEventListener("submit", () => {
  const button = form.querySelector(".btn-post");
  setTimeout(() => { button.disabled = true; });
  setTimeout(() => { button.disabled = false; }, 8000);
});
