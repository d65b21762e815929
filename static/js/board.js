// The board: tick all, say how many are ticked, filter at once when a choice is made.
"use strict";

for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = () => all.closest("table").querySelectorAll("input[name=key]");
  all.hidden = boxes().length === 0;
  all.setAttribute("aria-label", "Tick all");
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    tell();
  });
}

const label = document.querySelector(".bulk-label");
const bulk = document.getElementById("bulk");

function tell() {
  if (!bulk) return;
  const count = document.querySelectorAll("input[name=key]:checked").length;
  label.textContent = count ? `Change ${count} item${count === 1 ? "" : "s"}:` : "Change the ticked items:";
}

document.addEventListener("change", (event) => {
  if (event.target.name === "key") tell();
  if (event.target.closest(".board-filters")) event.target.form.requestSubmit();
});
document.querySelector(".board-filters")?.addEventListener("submit", (event) => {
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});
tell();
