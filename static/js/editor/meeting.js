// Two people wrote in the same field: take theirs, keep mine, or put both in and sort them out.
import { typedInto } from "./typing.js";

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-take]");
  if (!button) return;
  const meeting = button.closest("[data-meeting]");
  const id = meeting.dataset.meeting;
  const input = document.getElementById(id) ?? document.getElementById(`${id}_time`); // a moment has no input of its own
  const theirs = meeting.querySelector("[data-stored]").textContent;
  meeting.remove();
  if (!input) return;
  if (button.dataset.take === "theirs") input.value = valueOf(input, theirs);
  if (button.dataset.take === "both") input.value = `${input.value}\n\n${theirs}`;
  typedInto(input);
  input.focus();
  if (button.dataset.take !== "both") input.form.requestSubmit();
});

// A select's stored value is told by its label.
function valueOf(input, words) {
  const option = [...(input.options ?? [])].find((each) => each.label === words);
  if (option) return option.value;
  if (words === "nothing") return "";
  return words.match(/^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?([+-]\d\d:\d\d)?(?= )/)?.[0] ?? words; // a moment, without its zone
}
