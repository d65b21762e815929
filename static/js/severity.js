// Comfort on top of a page that is complete without it: what the engineer will see follows what is typed.
const form = document.getElementById("severity-form");
const questions = document.getElementById("questions");

function show() {
  const sections = [...form.querySelectorAll("[data-key]")];
  for (const section of sections) {
    const seen = document.getElementById(`seen-${section.dataset.key}`);
    const prompt = section.querySelector("textarea").value;
    seen.classList.toggle("is-folded", !section.querySelector("[type=checkbox]").checked);
    seen.querySelector(".engineers-prompt").textContent = prompt;
    const reset = section.querySelector("[name=reset]");
    reset.hidden = prompt.trim() === reset.dataset.first;
  }
  const count = sections.filter((section) => section.querySelector("[type=checkbox]").checked).length;
  const words = `A report of this severity asks ${count || "no"} question${count === 1 ? "" : "s"}.`;
  if (questions.textContent !== words) questions.textContent = words;
}

form.addEventListener("input", show);
form.addEventListener("click", (event) => {
  const reset = event.target.closest("[name=reset]");
  if (!reset) return;
  event.preventDefault();
  const prompt = reset.closest("[data-key]").querySelector("textarea");
  prompt.value = reset.dataset.first;
  prompt.focus();
  show();
});
show();
