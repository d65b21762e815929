// What was typed and has not arrived yet: form → the names of its inputs.

const typed = new Map();

export const namesIn = (form) => typed.get(form) ?? new Set();
export const formsWithText = () => [...typed.keys()].filter((form) => form.isConnected);
export const isTyped = (input) => namesIn(input.form).has(input.name);

export function typedInto(input) {
  const { form, name } = input;
  if (!typed.has(form)) typed.set(form, new Set());
  typed.get(form).add(name);
  form.classList.add("is-dirty");
}

// What was typed before the scripts of the page had arrived, which on a slow line is a whole sentence.
export function typedBefore(form) {
  return [...form.elements].filter((input) => input.name && !holdsItsDefault(input));
}

function holdsItsDefault(input) {
  if (input.matches("[type=checkbox], [type=radio]")) return input.checked === input.defaultChecked;
  if (!input.matches("select")) return !("defaultValue" in input) || input.value === input.defaultValue;
  const chosen = [...input.options].findIndex((option) => option.defaultSelected);
  return input.selectedIndex === Math.max(chosen, 0);
}

// What arrived is what was sent; a letter more that came in meanwhile is still to be sent.
export function arrived(form, sent) {
  const names = namesIn(form);
  for (const [name, value] of sent) {
    if (read(form, name) !== value) continue;
    names.delete(name);
    settle(form.elements.namedItem(name));
  }
  if (names.size) return;
  typed.delete(form);
  form.classList.remove("is-dirty");
}

// From now on this is what the input is known to hold: nothing of it is still on its way.
export function settle(input) {
  if (input && "defaultValue" in input) input.defaultValue = input.value;
}

export function forget(form) {
  typed.delete(form);
  form.classList.remove("is-dirty", "is-unsaved");
}

export function read(form, name) {
  const input = form.elements.namedItem(name);
  if (!input) return null;
  return input.type === "checkbox" ? String(input.checked) : input.value;
}
