// Sends each form by itself, soon after the last key and at once when a field is left; again until it arrives.
//
//   data-autosave  a part of the draft: sent as it is typed, never swapped while somebody types in it
//   data-send      a form for something new, or a button: sent when it is submitted
//   data-keep      the same, and what is typed meanwhile is kept on the server, for a tab that was closed
import { apply, clearNotes, tie } from "./pieces.js";
import { arrived, forget, formsWithText, namesIn, read, settle, typedBefore, typedInto } from "./typing.js";

const PAUSE = 1_200;
const LONGEST_WAIT = 15_000;
const editor = document.getElementById("editor");
const sending = new Map(); // form → the promise of its answer
const timers = new WeakMap();
const failures = new Map(); // form → how often in a row, and what tries again

// ── When ────────────────────────────────────────────────────────────────────────────────────────────────────

const isKept = (form) => form?.matches("[data-autosave], [data-keep]");

document.addEventListener("input", ({ target }) => noticed(target));

function noticed(input) {
  if (!isKept(input.form) || !input.name || input.type === "file") return;
  typedInto(input);
  if (failures.has(input.form)) return; // it is sent again anyway
  const isChosen = input.matches("select, [type=checkbox]");
  soon(input.form, isChosen ? 0 : PAUSE);
}

document.addEventListener("focusout", ({ target }) => {
  const { form } = target;
  if (isKept(form) && namesIn(form).size && !failures.has(form) && !isAsked(form)) soon(form, 0);
});

// Two people met here, and this one is about to say whose word stands.
const isAsked = (form) => form.querySelector("[data-meeting]");

function soon(form, delay) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => flush(form), delay));
}

const flush = (form) => (form.matches("[data-autosave]") ? send(form) : keep(form));

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-autosave], [data-send]")) {
    forget(form); // the browser takes it along by itself
    return;
  }
  event.preventDefault();
  const button = event.submitter;
  if (!isMeant(button ?? form) || !isMeant(form) || !losesNothing(form, button)) return;
  // A button that changes many rows must not overtake a word that is on its way.
  const others = formsWithText().filter((other) => other !== form && other.matches("[data-autosave]"));
  await Promise.all(others.map((other) => send(other)));
  await send(form, button);
});

// Nothing is overwritten where nothing stands yet, so nothing is asked.
function isMeant({ dataset: { confirm: question, overwrites } }) {
  if (!question) return true;
  const box = overwrites && document.getElementById(overwrites);
  return (box && !box.value.trim()) || confirm(question);
}

// Making a row internal drops the words that were written for customers, where they were other words.
function losesNothing(form, button) {
  if (button?.name !== "visibility" || button.value !== "internal") return true;
  const [ours, theirs] = ["-text", "-public_text"].map((end) => form.querySelector(`[name$="${end}"]`)?.value.trim());
  return !theirs || ours === theirs || confirm("Drop the words for customers? The history keeps them.");
}

// ── How ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function send(form, button) {
  clearTimeout(timers.get(form));
  const before = sending.get(form);
  if (before) {
    await before;
    if (!button && !namesIn(form).size) return undefined;
    return send(form, button);
  }
  const answer = post(form, button).finally(() => sending.delete(form));
  sending.set(form, answer);
  return answer;
}

async function post(form, button) {
  const retry = () => send(form, button);
  const body = button ? new FormData(form, button) : new FormData(form);
  const sent = new Map([...namesIn(form)].map((name) => [name, read(form, name)]));
  show("saving");
  let response;
  try {
    response = await request(button?.hasAttribute("formaction") ? button.formAction : form.action, body);
  } catch {
    return failed(form, retry, "no-answer");
  }
  const text = await response.text();
  if (response.headers.has("HX-Redirect")) {
    forget(form);
    location.assign(response.headers.get("HX-Redirect"));
    return undefined;
  }
  if (response.ok) return saved(form, button, sent, text);
  if (response.status === 409 || response.status === 422) return held(form, sent, text);
  if (response.status === TOO_MUCH) return unkept(form, response, text);
  return refused(form, retry, response.status);
}

function request(address, body, options = {}) {
  return fetch(address, {
    method: "POST",
    body,
    headers: { "HX-Request": "true" },
    redirect: "error",
    signal: options.keepalive ? undefined : AbortSignal.timeout(60_000),
    ...options,
  });
}

function saved(form, button, sent, text) {
  recovered(form);
  arrived(form, sent);
  clearNotes(form);
  if (form.matches("[data-send]")) empty(form, sent);
  if (button) document.getElementById("messages")?.replaceChildren(); // it was about the step before
  apply(text);
  tie(document);
  showSaved();
  const place = form.isConnected ? form : document; // what was deleted is no longer there to say so
  place.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail: { button } }));
  if (namesIn(form).size) soon(form, PAUSE);
}

// The server keeps the words, but they are not part of the draft: something is asked first.
function held(form, sent, text) {
  recovered(form);
  arrived(form, sent);
  clearNotes(form);
  apply(text);
  tie(document);
  show(isKept(form) ? "held" : "asked");
  if (namesIn(form).size) soon(form, PAUSE);
}

// The server holds as many words of one person as it can: this page goes on holding these, and says so.
function unkept(form, response, text) {
  recovered(form);
  clearNotes(form);
  const isSentence = response.headers.get("Content-Type").startsWith("text/plain");
  if (!isSentence) apply(text);
  tie(document);
  form.classList.add("is-unsaved");
  show("failed", "Not saved.");
  say("too-much", isSentence ? text : "");
}

async function refused(form, retry, status) {
  if (status === 401) return failed(form, retry, "logged-out");
  if (status === 403 && !failures.get(form)?.renewed) {
    const renewed = await renewTokens().catch(() => 0);
    return failed(form, retry, AFTER_RENEWING[renewed] ?? "no-answer");
  }
  if (status === 404 || status === 410) return gone(form);
  if (status >= 500 || status === 429) return failed(form, retry, "no-answer");
  form.classList.add("is-unsaved");
  show("failed", "Not saved.");
  return say("refused");
}

const OTHER_PERSON = 409;
const TOO_MUCH = 413;
const AFTER_RENEWING = { 200: "renewed", 401: "logged-out", [OTHER_PERSON]: "other-person" };
const WAITS = { renewed: 0, "logged-out": 3_000, "other-person": 3_000 };

function failed(form, retry, why) {
  const { times = 0 } = failures.get(form) ?? {};
  const wait = WAITS[why] ?? Math.min(LONGEST_WAIT, 1_000 * 2 ** times);
  failures.set(form, { times: times + 1, retry, renewed: why === "renewed" });
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => again(form), wait));
  if (why === "renewed") return;
  form.classList.add("is-unsaved");
  show("failed");
  say(why);
}

function again(form) {
  if (form.isConnected) failures.get(form)?.retry();
  else recovered(form);
}

function retryNow() {
  for (const form of failures.keys()) again(form);
}
addEventListener("online", retryNow);
addEventListener("focus", retryNow);

function recovered(form) {
  failures.delete(form);
  form.classList.remove("is-unsaved");
  if (!failures.size) say(null);
}

function gone(form) {
  const words = [...namesIn(form)].map((name) => read(form, name)).filter((word) => word && word !== "true");
  recovered(form);
  forget(form);
  document.dispatchEvent(new CustomEvent("removed", { detail: form.closest("li[id]")?.id }));
  show("failed", "Not saved.");
  say("gone", words.join("\n"));
}

// Logging in changes the token that every form carries; the page itself is asked for the new one. Whoever else logged in
// here gets none: what one person typed is never sent in the name of another.
async function renewTokens() {
  const answer = await fetch(editor.dataset.page, { headers: { "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!answer.ok || !token) return answer.status;
  if (page.getElementById("editor")?.dataset.person !== editor.dataset.person) return OTHER_PERSON;
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
  return answer.status;
}

// ── What is not part of the draft yet: kept for this person ─────────────────────────────────────────────────

function unsentIn(form) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  for (const name of namesIn(form)) body.set(name, read(form, name));
  return body;
}

async function keep(form) {
  if (sending.has(form)) return;
  clearTimeout(timers.get(form));
  const sent = new Map([...namesIn(form)].map((name) => [name, read(form, name)]));
  if (!sent.size) return;
  if (editor.dataset.pulse) show("saving"); // elsewhere it would be read as if the whole were saved
  let response;
  try {
    response = await request(editor.dataset.unsent, unsentIn(form));
  } catch {
    failed(form, () => keep(form), "no-answer");
    return;
  }
  if (response.status === TOO_MUCH) {
    unkept(form, response, await response.text());
    return;
  }
  if (!response.ok) {
    await refused(form, () => keep(form), response.status);
    return;
  }
  recovered(form);
  arrived(form, sent);
  apply(await response.text());
  showSaved();
}

function empty(form, sent) {
  for (const input of form.querySelectorAll("textarea, input:not([type=hidden])")) {
    if (sent.has(input.name) && read(form, input.name) !== sent.get(input.name)) continue;
    input.value = "";
    settle(input);
  }
  forget(form);
}

// A tab that is closed or put away sends what it has.
function sendOff() {
  for (const form of formsWithText()) {
    const isPart = form.matches("[data-autosave]");
    const body = isPart ? new FormData(form) : unsentIn(form);
    request(isPart ? form.action : editor.dataset.unsent, body, { keepalive: true }).catch(() => {});
  }
}
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && sendOff());
addEventListener("pagehide", sendOff);
addEventListener("beforeunload", (event) => {
  if (failures.size || document.querySelector("form.is-dirty.is-unsaved")) event.preventDefault();
});

// ── What is said about it ───────────────────────────────────────────────────────────────────────────────────

const WORDS = {
  saving: "Saving…",
  failed: "Not saved. Trying again…",
  held: "Kept for you. Something is asked first.",
  asked: "Not done yet. Something is asked first.",
};

function show(state, words = WORDS[state]) {
  const place = document.getElementById("saved");
  if (!place) return;
  if (state !== "failed" && failures.size) return;
  place.className = `saved is-${state}`;
  place.textContent = words;
}

function showSaved() {
  if (failures.size) show("failed");
}

function say(why, text = "") {
  const words = document.getElementById(`not-saved-${why}`)?.content.cloneNode(true);
  const place = document.getElementById("not-saved");
  if (!place) return;
  if (place.dataset.why === String(why) && !text) return; // said already; a listener need not hear it again
  place.dataset.why = why;
  place.replaceChildren(...(words ? [words] : []));
  const stored = place.querySelector(".stored");
  if (stored) stored.textContent = text;
}

// Another zone or severity changes what stands all over the page.
document.addEventListener("outdated", async () => {
  await Promise.all(formsWithText().map(flush));
  location.reload();
});

tie(document);
document.querySelectorAll("[data-autosave], [data-keep]").forEach((form) => typedBefore(form).forEach(noticed));
