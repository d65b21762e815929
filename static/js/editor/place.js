// Which part somebody is in: the list at the left says so, and the preview shows that part.

const frame = document.getElementById("preview");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const SHOWN = { facts: "", milestones: "", actions: "measures" };
let part = "";
let timer = 0;

document.addEventListener("focusin", ({ target }) => {
  const next = target.closest?.(".editor-main .part[id]")?.id;
  if (!next || next === part) return;
  part = next;
  mark();
  show(calm.matches ? "instant" : "smooth");
});

// The list may have been replaced meanwhile.
export function mark() {
  for (const link of document.querySelectorAll(".editor-nav ol a")) {
    if (link.hash === `#${part}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// The frame alone is scrolled, never the page around it. A part that customers can’t see moves nothing.
function show(behavior) {
  const page = frame?.contentWindow;
  const id = SHOWN[part] ?? part.replace(/^section-/, "");
  const place = id ? page?.document.getElementById(id) : page?.document.body;
  if (!place) return;
  const top = id ? place.getBoundingClientRect().top + page.scrollY - 12 : 0;
  page.scrollTo({ top, behavior });
}

// A save shows the new text where the old one was: what was read stays under the eye.
document.addEventListener("saved", () => {
  clearTimeout(timer);
  timer = setTimeout(reload, 600);
});

function reload() {
  const page = frame?.contentWindow;
  if (!page) return;
  const stood = page.scrollY;
  const wasShort = stood === 0;
  frame.addEventListener(
    "load",
    () => {
      frame.contentWindow.scrollTo({ top: stood, behavior: "instant" });
      if (wasShort && part) show("instant"); // the part may only now have words for customers
    },
    { once: true },
  );
  page.location.reload();
}
