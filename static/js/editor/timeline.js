// The timeline: the quick row and its keys, rows that find their place, days above them.
import { forget } from "./typing.js";

const list = () => document.getElementById("timeline-rows");
const line = () => document.getElementById("row-new");
const input = () => document.getElementById("id_row-new-line");

// ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.isComposing || !target.matches("textarea, input")) return;
  const isLine = target.closest(".line");
  const row = target.closest("li.entry-row");
  if (key === "Enter" && !event.shiftKey && (isLine || row)) {
    event.preventDefault();
    if (event.altKey && row) insertBelow(row);
    else if (isLine) target.form.requestSubmit();
    else moveOn(row, target);
  } else if (key === "Escape" && target === input() && line().closest("li")) {
    backToTheEnd();
    input().focus();
  }
});

// Enter in a row saves it and goes on: to the same input of the next row, at the end to the quick row.
function moveOn(row, target) {
  const next = row.nextElementSibling?.matches("li.entry-row") ? row.nextElementSibling : row.nextElementSibling?.nextElementSibling;
  const name = target.name.replace(/^entry-[^-]+/, "");
  const place = next?.querySelector(`[name$="${CSS.escape(name)}"]`);
  (place ?? input())?.focus();
}

// Several lines at once are a chat log: its rows are looked at before they are kept.
document.addEventListener("paste", (event) => {
  if (event.target !== input()) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!text.trim().includes("\n")) return;
  setTimeout(() => line().requestSubmit());
});

// ── Between two rows ────────────────────────────────────────────────────────────────────────────────────────

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.insert");
  if (!link) return;
  event.preventDefault();
  insertBelow(link.closest("li.entry-row"));
});

function insertBelow(row) {
  const place = line().closest("li.line-here") ?? Object.assign(document.createElement("li"), { className: "line-here" });
  row.after(place);
  place.append(line());
  line().elements.namedItem("row-new-after").value = row.id.replace("entry-", "");
  if (!input().value.trim()) input().value = `${timeBelow(row)} `;
  nameLineDay();
  row.querySelector("details[open]")?.removeAttribute("open");
  input().focus();
  input().setSelectionRange(input().value.length, input().value.length);
}

function backToTheEnd() {
  const place = line().closest("li.line-here");
  if (!place) return;
  list().after(line());
  place.remove();
  line().elements.namedItem("row-new-after").value = "";
  nameLineDay();
}

// Half-way to the next row, in whole minutes of the same day.
function timeBelow(row) {
  const clock = row.querySelector(".clock").value;
  const [, hour, minute, rest] = clock.match(/^(\d\d):(\d\d)(.*)$/) ?? [];
  const below = rowsOf(row.parentElement)[rowsOf(row.parentElement).indexOf(row) + 1];
  if (hour === undefined || rest || !below) return clock;
  const apart = Math.floor((Date.parse(below.dataset.at) - Date.parse(row.dataset.at)) / 120_000);
  const minutes = Number(hour) * 60 + Number(minute) + apart;
  if (minutes >= 1440) return clock;
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

// ── Where a row belongs ─────────────────────────────────────────────────────────────────────────────────────

const rowsOf = (parent) => [...parent.children].filter((each) => each.matches("li.entry-row"));
const waiting = new Map(); // row → where it goes as soon as nobody is in it

document.addEventListener("row", ({ detail: piece }) => {
  const fresh = piece.content.firstElementChild;
  const row = fresh ?? document.getElementById(piece.dataset.row);
  if (!row) return;
  row.dataset.day = piece.dataset.day;
  row.dataset.dayLabel = piece.dataset.dayLabel;
  if (row.contains(document.activeElement)) waiting.set(row, piece.dataset.after);
  else settle(row, piece.dataset.after);
  if (!fresh) return;
  row.classList.add("is-new");
  if (line().closest("li.line-here")) {
    row.after(line().closest("li.line-here"));
    line().elements.namedItem("row-new-after").value = row.id.replace("entry-", "");
  }
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const row = target.closest?.("li.entry-row");
  if (!waiting.has(row) || row.contains(relatedTarget)) return;
  settle(row, waiting.get(row));
  waiting.delete(row);
});

function settle(row, after) {
  const above = after && document.getElementById(after);
  const rows = rowsOf(list());
  const stands = rows.indexOf(row);
  if (stands < 0 || rows[stands - 1] !== (above || undefined)) {
    if (above) above.after(row);
    else list().prepend(row);
  }
  nameDays();
}

function nameDays() {
  for (const heading of list().querySelectorAll(".entry-day")) heading.remove();
  let day = "";
  for (const row of rowsOf(list())) {
    if (row.dataset.day !== day) {
      const heading = Object.assign(document.createElement("li"), { className: "entry-day", textContent: row.dataset.dayLabel });
      row.before(heading);
    }
    day = row.dataset.day;
  }
  nameLineDay();
}

// A time alone means the day of the row above.
function nameLineDay() {
  const above = line()?.closest("li.line-here")?.previousElementSibling ?? rowsOf(list()).at(-1);
  const hint = document.getElementById("line-day");
  if (above?.dataset.dayLabel && hint) hint.textContent = above.dataset.dayLabel.replace(/^\S+ /, "");
}

document.addEventListener("removed", ({ detail: id }) => {
  const gone = id && document.getElementById(id);
  if (!gone) return;
  const form = gone.querySelector("form");
  if (form) forget(form);
  if (gone.contains(line())) backToTheEnd();
  const next = inputBeside(gone);
  const hadFocus = gone.contains(document.activeElement) || document.activeElement === document.body;
  gone.remove();
  if (list()) nameDays();
  if (hadFocus) next?.focus({ preventScroll: true });
});

// Where one goes on: in the row that moves up, else where the next one is added.
function inputBeside(row) {
  const inputs = "input:not([type=hidden]), textarea";
  for (let next = row.nextElementSibling; next; next = next.nextElementSibling) {
    const first = next.matches("li, form") && next.querySelector(`${inputs}, select`);
    if (first) return first;
  }
  return row.closest(".part")?.querySelector(`form.line :is(${inputs}), form.upload :is(${inputs})`);
}

// ── What a row shows ────────────────────────────────────────────────────────────────────────────────────────

function dress(form) {
  const wording = form.querySelector("[name$=-public_text]");
  const words = form.querySelector("[name$=-text]");
  if (wording) {
    form.classList.toggle("entry-public", wording.value.trim() !== "");
    form.classList.toggle("entry-same", wording.value.trim() !== "" && wording.value.trim() === words.value.trim());
  }
  const mark = form.querySelector("select.mark");
  if (!mark) return;
  mark.classList.toggle("is-set", mark.value !== "");
  const offer = form.querySelector(".offer");
  if (offer && mark.value) offer.remove();
}

for (const change of ["set", "saved", "change", "input"]) {
  document.addEventListener(change, ({ target }) => {
    const form = target.closest?.("form.entry");
    if (form) dress(form);
  });
}

// A row that was just made public shows what customers would read, ready to be corrected.
document.addEventListener("saved", ({ target, detail: { button } }) => {
  if (button?.name !== "visibility" || button.value !== "public" || !target.matches?.("form.entry")) return;
  const wording = target.querySelector("[name$=-public_text]");
  wording.focus();
  wording.select();
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.id !== "all-public") return;
    const forms = [...list().querySelectorAll("form.entry")];
    const internal = forms.filter((form) => !form.matches(".entry-public"));
    target.querySelector("[data-internal-rows]").textContent = internal.length;
    target.querySelector("[data-all-rows]").textContent = forms.length;
    target.querySelector("button").disabled = !internal.length;
  },
  true,
);
document.addEventListener("saved", ({ target }) => {
  const fold = target.parentElement;
  if (fold?.id !== "all-public") return;
  fold.querySelector("summary").focus({ preventScroll: true });
  fold.open = false;
});
