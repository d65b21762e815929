// Every ten seconds: who else is here, what they changed, and what is still missing.
import { apply } from "./pieces.js";
import { mark } from "./place.js";

const EVERY = 10_000;
const editor = document.getElementById("editor");
let timer = 0;

async function beat() {
  clearTimeout(timer);
  timer = setTimeout(beat, EVERY);
  if (document.visibilityState === "hidden") return;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
  body.set("place", document.activeElement?.closest(".part")?.id ?? "");
  body.set("since", editor.dataset.since);
  body.set("known", document.getElementById("presence").dataset.known ?? "");
  const answer = await fetch(editor.dataset.pulse, {
    method: "POST",
    body,
    headers: { "HX-Request": "true" },
    signal: AbortSignal.timeout(EVERY),
  }).catch(() => null);
  const text = answer?.ok && (await answer.text().catch(() => ""));
  if (text) apply(text);
  mark();
}

function beatSoon(delay) {
  clearTimeout(timer);
  timer = setTimeout(beat, delay);
}

document.addEventListener("saved", () => beatSoon(400));

if (editor?.dataset.pulse) beatSoon(1_000);
