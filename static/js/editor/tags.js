// Tags in one line: what is suggested goes on behind the last comma, and the line is set straight when it is left.
import { typedInto } from "./typing.js";

const known = document.getElementById("known-tags");
const tags = [...(known?.options ?? [])].map(({ value }) => value);

document.addEventListener("input", ({ target }) => {
  if (!known || target.list !== known) return;
  const before = target.value.slice(0, target.value.lastIndexOf(",") + 1);
  const there = new Set(before.split(",").map((tag) => tag.trim().toLowerCase()));
  const start = before && `${before} `;
  known.replaceChildren(...tags.filter((tag) => !there.has(tag)).map((tag) => new Option("", start + tag)));
});

document.addEventListener("change", ({ target }) => {
  if (known && target.list === known) typedInto(target); // and saving.js sends what is left
});
