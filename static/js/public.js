// Comfort on top of a page that is complete without it: the reader's own time beside UTC, and "2 days ago".
(() => {
  "use strict";

  const DAY = 86_400_000;

  const dayNumber = (year, month, day) => Date.UTC(year, month, day) / DAY;

  /** `10:04`, and how many days later the reader's calendar is. */
  function localTime(moment) {
    const clock = [moment.getHours(), moment.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
    const days =
      dayNumber(moment.getFullYear(), moment.getMonth(), moment.getDate()) -
      dayNumber(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate());
    return days === 0 ? clock : `${clock} ${days > 0 ? "+" : "−"}1 day`;
  }

  function offerLocalTime(timeline, toggle) {
    const times = [...timeline.querySelectorAll("time[data-clock]")];
    if (times.every((time) => new Date(time.dateTime).getTimezoneOffset() === 0)) return;
    for (const time of times) {
      const local = document.createElement("span");
      local.className = "local";
      local.textContent = localTime(new Date(time.dateTime));
      time.append(local);
    }
    const [utc, own] = toggle.querySelectorAll("button");
    const show = (isOwn) => {
      timeline.classList.toggle("in-local-time", isOwn);
      utc.setAttribute("aria-pressed", String(!isOwn));
      own.setAttribute("aria-pressed", String(isOwn));
    };
    own.title = Intl.DateTimeFormat().resolvedOptions().timeZone;
    utc.addEventListener("click", () => show(false));
    own.addEventListener("click", () => show(true));
    toggle.hidden = false;
  }

  function sayHowLongAgo(time) {
    const days = Math.floor((Date.now() - new Date(time.dateTime)) / DAY);
    if (days < 0 || days > 30) return; // older dates speak for themselves
    time.append(` (${new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-days, "day")})`);
  }

  /** Mark, in “On this page”, the part that has been scrolled to. */
  function followReader(links) {
    const parts = links.map((link) => document.getElementById(link.hash.slice(1)));
    const mark = () => {
      const passed = parts.filter((part) => part.getBoundingClientRect().top < innerHeight / 3).length;
      links.forEach((link, index) => {
        if (index === Math.max(passed - 1, 0)) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    };
    const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    parts.forEach((part) => observer.observe(part));
  }

  const timeline = document.querySelector(".timeline");
  const toggle = document.querySelector(".zones");
  if (timeline && toggle) offerLocalTime(timeline, toggle);
  const links = [...document.querySelectorAll(".contents a")];
  if (links.length) followReader(links);
  document.querySelectorAll("time[data-ago]").forEach(sayHowLongAgo);
})();
