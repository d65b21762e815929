// Two people wrote in the same field: take theirs, keep mine, or put both in and sort them out.
import { typedInto } from "./typing.js";

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-take]");
  if (!button) return;
  const meeting = button.closest("[data-meeting]");
  const input = document.getElementById(meeting.dataset.meeting);
  const theirs = meeting.querySelector("[data-stored]").textContent;
  meeting.remove();
  if (!input) return;
  if (button.dataset.take === "theirs") take(input, theirs);
  if (button.dataset.take === "both") input.value = `${input.value}\n\n${theirs}`;
  typedInto(input);
  input.focus();
  // What two people changed at once is sent at once: half of it would be nobody's word.
  if (button.dataset.take !== "both" && !input.form.querySelector("[data-meeting]")) input.form.requestSubmit();
});

// What is stored is told in words: a select's value by its label, a moment with its day and zone.
function take(input, words) {
  const said = words === "nothing" ? "" : words;
  const option = [...(input.options ?? [])].find((each) => each.label === words);
  if (!input.name.endsWith("_time")) {
    input.value = option ? option.value : said;
    return;
  }
  const [date, time = "", zone] = said.split(" ");
  for (const [part, value] of Object.entries({ date, time, zone })) {
    const other = input.form.elements.namedItem(input.name.replace(/time$/, part));
    if (value === undefined) continue;
    other.value = value;
    typedInto(other);
  }
}
