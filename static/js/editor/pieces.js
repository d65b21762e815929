// Puts the pieces of an answer into the page: templates/authoring/_pieces.html says what there is.
// An input that somebody types in is never touched, unless the answer is about that very input.
import { isTyped, settle } from "./typing.js";

const find = (name) => document.getElementsByName(name)[0];

function setValue(name, value, force) {
  if (name === "image-code") document.dispatchEvent(new CustomEvent("image", { detail: value }));
  const input = find(name);
  if (!input) return;
  if (name.endsWith("-seen")) input.value = force ? value : seenBeside(input, value);
  else if (force || !isTyped(input)) {
    if (input.type === "checkbox") input.checked = value === "on";
    else if (input.value !== value && !isGoingOn(input, value)) input.value = value;
    settle(input);
    input.dispatchEvent(new CustomEvent("set", { bubbles: true }));
  }
}

// The blank after a word is not stored, and the next word is about to follow it. A list is set straight when it is left.
const isGoingOn = (input, value) =>
  input === document.activeElement && (input.value.trim() === value || "list" in input.dataset);

// A field that is being typed in goes on saying what it was written on, so that a save notices a colleague.
function seenBeside(input, value) {
  const prefix = input.name.slice(0, -"seen".length);
  const typed = [...input.form.elements].filter((each) => each.name.startsWith(prefix) && isTyped(each));
  const isBeingTyped = (field) => typed.some(({ name }) => name === prefix + field || name.startsWith(`${prefix}${field}_`));
  const before = new Map(input.value.split(" ").map((pair) => pair.split(":")));
  return value
    .split(" ")
    .map((pair) => pair.split(":"))
    .map(([field, digest]) => `${field}:${isBeingTyped(field) ? (before.get(field) ?? digest) : digest}`)
    .join(" ");
}

// What a part says, whichever of its folds somebody has opened, and wherever the page says they are.
function closed(part) {
  const copy = part.cloneNode(true);
  for (const details of copy.querySelectorAll("details[open]")) details.removeAttribute("open");
  for (const link of copy.querySelectorAll("a[aria-current]")) link.removeAttribute("aria-current");
  return copy.outerHTML;
}

const TEXTS = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea";
const isWritten = (input) => input.value !== input.defaultValue || Boolean(input.form && isTyped(input));

// A card that somebody is at: it is open, holds words of theirs, or the caret.
function isBusy(card) {
  return (
    card.contains(document.activeElement) ||
    Boolean(card.querySelector("details[open]")) ||
    [...card.querySelectorAll(TEXTS)].some(isWritten)
  );
}

function replace(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old || closed(old) === closed(fresh)) return;
  const inputs = [...old.querySelectorAll(TEXTS)].filter((input) => !input.closest("[data-stays]"));
  if (inputs.some(isWritten)) return;
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const open = new Set([...old.querySelectorAll("details[open][id]")].map(({ id }) => id));
  for (const card of fresh.querySelectorAll("[data-stays]")) {
    const stands = document.getElementById(card.id);
    if (card.dataset.stays !== "no" && stands && isBusy(stands)) card.replaceWith(stands);
  }
  old.replaceWith(fresh);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (active) (active.isConnected ? active : document.getElementById(active.id))?.focus({ preventScroll: true });
  globalThis.htmx?.process(fresh);
}

// New rows at the end of a list; those that are there stay as they are.
function add(piece) {
  const list = document.getElementById(piece.dataset.into);
  for (const row of [...piece.content.children]) {
    if (document.getElementById(row.id)) continue;
    list?.append(row);
    globalThis.htmx?.process(row);
  }
}

const HANDLERS = {
  value: (piece) => setValue(piece.dataset.value, piece.content.textContent, "force" in piece.dataset),
  row: (piece) => document.dispatchEvent(new CustomEvent("row", { detail: piece })),
  removed: (piece) => document.dispatchEvent(new CustomEvent("removed", { detail: piece.dataset.removed })),
  into: add,
  part: (piece) => replace(piece.content.firstElementChild),
  reload: () => document.dispatchEvent(new CustomEvent("outdated")),
};

export function apply(html) {
  const pieces = document.createElement("template");
  pieces.innerHTML = html;
  const known = [...pieces.content.children];
  // Values first: what is said about them comes after.
  for (const piece of known.filter((each) => each.localName === "template")) {
    HANDLERS[Object.keys(HANDLERS).find((name) => name in piece.dataset)]?.(piece);
  }
  for (const piece of known.filter((each) => each.localName !== "template" && each.id)) replace(piece);
}

// What is wrong is said to those who listen, too.
export function tie(root) {
  for (const notes of root.querySelectorAll("[data-for]")) {
    const input = document.getElementById(notes.dataset.for);
    if (!input) continue;
    const isWrong = Boolean(notes.textContent.trim());
    input.toggleAttribute("aria-invalid", isWrong);
    if (isWrong) input.setAttribute("aria-invalid", "true");
    input.classList.toggle("is-invalid", isWrong);
  }
}

export function clearNotes(form) {
  for (const input of form.querySelectorAll(".is-invalid")) {
    input.classList.remove("is-invalid");
    input.removeAttribute("aria-invalid");
  }
  for (const notes of form.querySelectorAll(".notes")) notes.replaceChildren();
}
