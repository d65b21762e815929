// Comfort for the editor; every form works without it. Nothing that was typed is lost.

// What the server doesn't have yet: form id → input name → what the page held before (`was`) and holds now, and
// what the form's hidden input says it was written on (`seen`).
const typed = new Map();
const carried = new WeakMap(); // request → what it took along of its form
const retried = new WeakSet(); // forms and buttons whose request was sent a second time by itself
let caret = null;

const field = (input) => (input.type === "checkbox" ? "checked" : input.type === "file" ? "files" : "value");
const read = (input) => input[field(input)];
const stored = (input) => {
  if (input.type === "checkbox") return input.defaultChecked;
  if (!input.options) return input.defaultValue;
  const options = [...input.options];
  return (options.find((option) => option.defaultSelected) ?? options[0])?.value;
};

// The hidden input by which the server notices that somebody was faster: a milestone has one of its own.
const seenBy = (form, name) => {
  const milestone = name.match(/^(.*)_(at_date|at_time|at_zone|precision)$/)?.[1];
  return form.elements.namedItem(`${milestone}_seen`) ?? form.querySelector('input[type="hidden"][name$="-version"]');
};

function keep(form) {
  if (!typed.has(form.id)) typed.set(form.id, { inputs: new Map() });
  return typed.get(form.id);
}

function mark(form, kept) {
  form.classList.add("is-dirty");
  form.classList.toggle("is-unsaved", Boolean(kept.failed));
}

function remember(input) {
  const { inputs } = keep(input.form);
  const zone = input.closest(".moment")?.querySelector(".moment-zone")?.textContent;
  const first = { was: stored(input), seen: seenBy(input.form, input.name)?.value, zone };
  inputs.set(input.name, { ...(inputs.get(input.name) ?? first), now: read(input) });
}

document.addEventListener("input", ({ target }) => {
  if (!target.form?.id || !target.name) return;
  // The day and the time of a moment mean the zone that stands beside them: they stay together.
  const moment = target.closest(".moment");
  for (const input of moment ? moment.querySelectorAll("input") : [target]) remember(input);
  mark(target.form, keep(target.form));
});

// A form that the browser sends by itself takes everything along.
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) typed.delete(event.target.id);
});

window.addEventListener("beforeunload", (event) => {
  if (typed.size) event.preventDefault();
});

// ── Saving: a part is replaced as a whole, and what was typed in its other forms moves along ────────────────

// The form that a request saves: the answer replaces it. A preview of its text does not.
const savedBy = ({ target, requestConfig }) => {
  const form = requestConfig.elt.closest("form");
  return form?.id && target?.contains(form) ? form : null;
};

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.timeout = 60_000;
});

// Nothing is overwritten where nothing stands yet, so nothing is asked.
document.addEventListener("htmx:confirm", (event) => {
  const box = document.getElementById(event.detail.elt.dataset.overwrites);
  if (!box || box.value.trim()) return;
  event.preventDefault();
  event.detail.issueRequest(true);
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const kept = typed.get(savedBy(detail)?.id);
  carried.set(detail.xhr, new Map([...(kept?.inputs ?? [])].map(([name, { now }]) => [name, now])));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap) return;
  const { id, selectionStart, selectionEnd } = document.activeElement ?? {};
  caret = typeof selectionStart === "number" ? { id, selectionStart, selectionEnd } : null;
  for (const kept of typed.values()) kept.answered = false;
  const saved = savedBy(detail)?.id;
  const kept = typed.get(saved);
  if (kept) {
    kept.answered = true;
    kept.failed = false;
    if (detail.xhr.status < 400) {
      for (const [name, value] of carried.get(detail.xhr)) {
        if (kept.inputs.get(name).now === value) kept.inputs.delete(name);
      }
      if (!kept.inputs.size) typed.delete(saved);
    }
  }
  if (![...typed.values()].some(({ failed }) => failed)) say(null);
});

// An answer to this form itself knows all it says. Else, where somebody changed the same words meanwhile, the form
// goes on saying what it was written on, so that saving shows both; where nobody did, the text moves along.
function putBackInput(form, kept, name, input) {
  const place = form.elements.namedItem(name);
  const isZone = name.endsWith("_at_zone");
  const visible = place && (isZone || place.type !== "hidden");
  const seen = seenBy(form, name);
  if (seen && (kept.answered || (visible && stored(place) === input.was))) input.seen = seen.value;
  else if (seen) seen.value = input.seen;
  if (!visible || read(place) === input.now) return;
  place[field(place)] = input.now;
  if (!isZone) return;
  const moment = place.closest(".moment");
  moment.classList.add("is-elsewhere");
  moment.querySelector(".moment-zone").textContent = input.zone;
}

function putBack() {
  const lost = [];
  for (const [id, kept] of typed) {
    const form = document.getElementById(id);
    if (!form) {
      lost.push(...[...kept.inputs.values()].map(({ now }) => now).filter((now) => typeof now === "string"));
      typed.delete(id);
      continue;
    }
    for (const [name, input] of kept.inputs) putBackInput(form, kept, name, input);
    mark(form, kept);
  }
  if (lost.length) say("gone", lost.join("\n"));
}

document.addEventListener("htmx:afterSwap", () => {
  putBack();
  const active = document.activeElement;
  if (caret && active?.id === caret.id) active.setSelectionRange(caret.selectionStart, caret.selectionEnd);
  caret = null;
});
document.addEventListener("htmx:afterSettle", putBack); // settling writes the classes of the answer

document.addEventListener("saved", () => {
  document.getElementById("preview")?.contentWindow.location.reload();
});

// ── Not saved: no answer, or one that can't be shown in place. The form stays as it was typed ───────────────

function say(why, text = "") {
  const words = document.getElementById(`not-saved-${why}`)?.content.cloneNode(true);
  document.getElementById("not-saved").replaceChildren(...(words ? [words] : []));
  const place = document.querySelector("#not-saved .stored");
  if (place) place.textContent = text;
}

// Logging in changes the token that every form carries; the page itself is asked for the new one.
async function renewTokens() {
  const address = document.getElementById("not-saved").dataset.page;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!answer.ok || !token) return answer.status;
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
  return answer.status;
}

async function notSaved({ detail }) {
  const { elt, triggeringEvent } = detail.requestConfig;
  let status = detail.xhr.status;
  if (status === 403 && !retried.has(elt)) {
    retried.add(elt);
    status = await renewTokens().catch(() => 0);
    const pressed = triggeringEvent?.submitter ?? elt;
    if (status === 200) return pressed.matches("form") ? pressed.requestSubmit() : pressed.click();
  }
  retried.delete(elt);
  const form = savedBy(detail);
  if (form) {
    const kept = keep(form);
    kept.failed = true;
    mark(form, kept);
  }
  say(status === 401 ? "logged-out" : status >= 400 && status < 500 ? "refused" : "no-answer");
}

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, notSaved);
}

document.documentElement.classList.add("has-script");
