// Comfort for the comments; every form works without it. What was typed stays until the server has it.

const panel = () => document.getElementById("comments");
const retried = new WeakSet(); // forms that were sent a second time by themselves

function say(why) {
  const words = document.getElementById(`comments-${why}`)?.content.cloneNode(true);
  panel()?.querySelector(".comments-not-sent")?.replaceChildren(...(words ? [words] : []));
}

// Logging in again changes the token that every form carries; the panel itself is asked for the new one.
async function renewTokens(form) {
  const answer = await fetch(form.action.replace(/\/comments\/.*$/, "/comments/"), { headers: { "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!answer.ok || !token) return answer.status || 500;
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
  return 200;
}

async function notSent(event) {
  const form = event.target.closest?.("#comments form");
  if (!form) return;
  event.stopPropagation(); // other scripts of the page look after their own forms
  let status = event.detail.xhr.status;
  if (status === 403 && !retried.has(form)) {
    retried.add(form);
    status = await renewTokens(form).catch(() => 0);
    if (status === 200) return form.requestSubmit();
  }
  retried.delete(form);
  say(status === 401 ? "logged-out" : status >= 400 && status < 500 ? "refused" : "no-answer");
}

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, notSent, true);
}

// “Comment” beside a row: where the panel is on the page, choose the place there.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href*="/comments/?place="]');
  const form = panel()?.querySelector(".comment-new");
  if (!link || !form || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const place = new URL(link.href).searchParams.get("place");
  const choice = [...form.elements.place.options].find(({ value }) => value === place);
  if (!choice) return; // a row of a moment ago: the page knows it
  event.preventDefault();
  choice.selected = true;
  form.elements.text.focus();
});

window.addEventListener("beforeunload", (event) => {
  const typed = [...document.querySelectorAll("#comments textarea")].some(({ value }) => value.trim());
  if (typed) event.preventDefault();
});
