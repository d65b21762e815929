// An image that is pasted or dropped is uploaded, and its code written where it was meant to be.

let place = null; // the text and the caret that an upload in progress belongs to

const upload = () => document.getElementById("upload-new");
const picture = (files) => [...(files ?? [])].find(({ type }) => /^image\/(png|jpeg|webp)$/.test(type));

function take(file, target) {
  const form = upload();
  if (!form) return;
  const files = new DataTransfer();
  files.items.add(file);
  form.querySelector("[type=file]").files = files.files;
  const text = target.closest("textarea[id*=section]");
  place = text ? { id: text.id, caret: text.selectionStart } : null;
  form.requestSubmit();
}

document.addEventListener("paste", (event) => {
  const file = picture(event.clipboardData?.files);
  if (!file || !event.target.closest(".editor-main")) return;
  event.preventDefault();
  take(file, event.target);
});

const carriesFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event) || !upload()) return;
  event.preventDefault();
  document.body.classList.add("is-dropping");
});
for (const end of ["drop", "dragleave", "dragend"]) {
  document.addEventListener(end, () => document.body.classList.remove("is-dropping"));
}
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event) || !upload()) return;
  event.preventDefault(); // or the browser would leave the page for the picture
  const file = picture(event.dataTransfer.files);
  if (file) take(file, event.target);
});

document.addEventListener("image", ({ detail: code }) => {
  const text = place && document.getElementById(place.id);
  const caret = place?.caret ?? 0;
  place = null;
  if (!text) return document.getElementById("images").scrollIntoView({ block: "nearest" });
  text.setRangeText(code, caret, caret, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
});
