// Comfort: the sketch follows what is typed. Without it, it shows what is stored.
const form = document.getElementById("site");
const COLOUR = /^#?[0-9a-f]{6}$/i;

function shorten(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function show() {
  for (const sketch of form.querySelectorAll(".head-preview")) {
    const typed = form.elements[sketch.dataset.scheme === "dark" ? "accent_dark" : "accent"].value.trim();
    const colour = COLOUR.test(typed) ? `#${typed.replace("#", "")}` : sketch.dataset.fallback;
    for (const part of sketch.querySelectorAll(".accent")) part.setAttribute("fill", colour);
    const name = form.elements.name.value.trim();
    if (name) sketch.querySelector(".shown-name").textContent = shorten(name, 22);
    const links = [...form.querySelectorAll("[name^=label_]")].map((input) => input.value.trim()).filter(Boolean);
    sketch.querySelector(".shown-links").textContent = shorten(links.join("   "), 26);
  }
}

form.addEventListener("input", show);
