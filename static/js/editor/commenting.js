// “Comment” beside a part: the box for a new comment, already about that part.

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-comment]");
  const form = document.querySelector("form.comment-new");
  if (!link || !form) return;
  event.preventDefault();
  form.elements.namedItem("place").value = link.dataset.comment;
  const text = form.elements.namedItem("text");
  text.scrollIntoView({ block: "center" });
  text.focus({ preventScroll: true });
});
