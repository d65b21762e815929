// On top of a page that is complete without it: says when the page is old, and walks through a bar day by day.
(() => {
  "use strict";

  const MINUTE = 60_000;
  const DAY = 86_400_000;
  const OLD = 10 * MINUTE;

  function watchAge(asOf, warning) {
    const look = () => (warning.hidden = Date.now() - new Date(asOf.dateTime) < OLD);
    look();
    setInterval(look, MINUTE / 2);
  }

  /** Ask, at most once a minute, whether something changed; load the page again unless somebody is reading it. */
  function watchState(address) {
    let seen = null;
    const isReading = () => scrollY > 200 || document.querySelector("details[open]") || document.activeElement !== document.body;
    const ask = async () => {
      if (document.visibilityState === "visible") {
        try {
          const answer = await fetch(address, { cache: "no-cache", credentials: "omit" });
          const text = answer.ok ? await answer.text() : seen;
          if (seen !== null && text !== seen && !isReading()) return location.reload();
          seen ??= text;
        } catch {
          // The line that says how old the page is speaks for itself.
        }
      }
      setTimeout(ask, MINUTE + (Math.random() * MINUTE) / 2);
    };
    setTimeout(ask, MINUTE + (Math.random() * MINUTE) / 2);
  }

  /** One stop for the keyboard; arrow keys go from day to day, and say what was wrong on it. */
  function walkable(bar) {
    const days = Number(bar.dataset.days);
    const first = Date.parse(bar.dataset.first);
    const counted = Date.parse(bar.dataset.countedFrom ?? bar.dataset.first);
    const bad = new Map([...bar.querySelectorAll("tr[data-place]")].map((row) => [Number(row.dataset.place), row.cells[1].textContent]));
    const chart = bar.querySelector(".days");
    const picked = bar.querySelector(".picked");
    const form = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
    let place = days - 1;

    function show() {
      const day = first + place * DAY;
      const said = bad.get(place) ?? (day < counted ? "Not counted yet" : "No problems");
      picked.textContent = `${form.format(day)}: ${said}`;
      chart.querySelector(".here")?.remove();
      const mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [name, value] of Object.entries({ class: "here", x: place, y: 0.84, width: 1, height: 0.16 })) mark.setAttribute(name, value);
      chart.append(mark);
    }

    const stop = document.createElement("div");
    stop.className = "stop";
    stop.tabIndex = 0;
    stop.setAttribute("role", "group");
    stop.setAttribute("aria-label", `${bar.dataset.name}, last ${days} days, arrow keys go from day to day`);
    chart.replaceWith(stop);
    stop.append(chart);
    stop.addEventListener("keydown", (event) => {
      const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: days - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      place = Math.min(Math.max(next, 0), days - 1);
      show();
    });
    stop.addEventListener("focus", show);
    stop.addEventListener("pointermove", (event) => {
      const box = chart.getBoundingClientRect();
      place = Math.min(Math.max(Math.floor(((event.clientX - box.left) / box.width) * days), 0), days - 1);
      show();
    });
    for (const gone of ["blur", "pointerleave"]) {
      stop.addEventListener(gone, () => {
        if (gone === "pointerleave" && document.activeElement === stop) return;
        picked.textContent = "";
        chart.querySelector(".here")?.remove();
      });
    }
  }

  const asOf = document.querySelector("time[data-as-of]");
  const warning = document.querySelector(".stale");
  if (asOf && warning) watchAge(asOf, warning);
  const state = document.querySelector("[data-status]");
  if (state) watchState(state.dataset.status);
  document.querySelectorAll(".bar-of").forEach(walkable);
})();
