// Comfort on top of a page that is complete without it: another zone's time beside UTC, and "2 days ago".
(() => {
  "use strict";

  const DAY = 86_400_000;
  const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const isUtc = (zone) => ["UTC", "Etc/UTC", "GMT", "Etc/GMT"].includes(zone);

  function known(zone) {
    try {
      return Boolean(zone && new Intl.DateTimeFormat("en", { timeZone: zone }));
    } catch {
      return false;
    }
  }

  /** Year, month, day, hour and minute of a moment in a zone, as a number that can be compared. */
  function wall(moment, zone) {
    const form = new Intl.DateTimeFormat("en", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
    });
    const part = Object.fromEntries(form.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute);
  }

  const place = (zone) => zone.split("/").pop().replaceAll("_", " ");

  /** `10:04`, `10:04 +1 day`: in a zone, by how many days its calendar differs from that of UTC. */
  function clockIn(moment, zone) {
    const there = wall(moment, zone);
    const days = Math.floor(there / DAY) - Math.floor(moment / DAY);
    const clock = new Date(there).toISOString().slice(11, 16);
    return days === 0 ? clock : `${clock} ${days > 0 ? "+" : "−"}1 day`;
  }

  let zone = "UTC";
  const timeline = document.querySelector(".timeline");
  const toggle = document.querySelector(".zones");
  const select = document.createElement("select");

  function showTimes() {
    document.querySelectorAll(".local").forEach((local) => local.remove());
    const other = !isUtc(zone);
    timeline?.classList.toggle("in-local-time", other);
    if (other) {
      for (const time of document.querySelectorAll("time[data-clock], time[data-at], time[data-as-of]")) {
        const local = document.createElement("span");
        local.className = "local";
        const clock = clockIn(new Date(time.dateTime), zone);
        local.textContent = "clock" in time.dataset ? clock : ` (${clock} ${place(zone)})`;
        time.append(local);
      }
    }
    toggle?.querySelectorAll("button").forEach((button, own) => button.setAttribute("aria-pressed", String(Boolean(own) === other)));
    document.querySelectorAll("[data-zone-name]").forEach((name) => (name.textContent = `, in ${other ? place(zone) : "UTC"}`));
    document.documentElement.dataset.zone = zone;
    document.dispatchEvent(new CustomEvent("zone"));
  }

  /** The choice stays in the address, and in those of this site's links, so that a page can be handed on as it is seen. */
  function choose(wanted) {
    zone = known(wanted) ? wanted : "UTC";
    const address = new URL(location.href);
    if (isUtc(zone)) address.searchParams.delete("tz");
    else address.searchParams.set("tz", zone);
    if (address.href !== location.href) history.replaceState(history.state, "", address);
    for (const link of document.querySelectorAll("a[href^='/']")) {
      const target = new URL(link.href);
      if (isUtc(zone)) target.searchParams.delete("tz");
      else target.searchParams.set("tz", zone);
      link.setAttribute("href", target.pathname + target.search + target.hash);
    }
    select.value = isUtc(zone) ? "UTC" : zone;
    if (!select.value) select.append(new Option(zone, zone, true, true));
    showTimes();
  }

  function offerZones(where) {
    const label = document.createElement("label");
    label.textContent = "Also show ";
    select.append(new Option("no other time", "UTC"));
    if (!isUtc(OWN)) select.append(new Option(`your time (${OWN})`, OWN));
    for (const each of Intl.supportedValuesOf?.("timeZone") ?? []) if (each !== OWN) select.append(new Option(each.replaceAll("_", " "), each));
    select.addEventListener("change", () => choose(select.value));
    label.append(select);
    where.append(label);
    if (!toggle || isUtc(OWN)) return;
    const [utc, own] = toggle.querySelectorAll("button");
    own.title = OWN;
    utc.addEventListener("click", () => choose("UTC"));
    own.addEventListener("click", () => choose(OWN));
    toggle.hidden = false;
  }

  function sayHowLongAgo(time) {
    const days = Math.floor((Date.now() - new Date(time.dateTime)) / DAY);
    if (days < 0 || days > 30) return; // older dates speak for themselves
    time.append(` (${new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-days, "day")})`);
  }

  /** `, 1 h 15 min ago`, of something that goes on. */
  function sayHowLong(time) {
    const minutes = Math.floor((Date.now() - new Date(time.dateTime)) / 60_000);
    if (minutes < 1 || minutes >= 2_880) return;
    const hours = Math.floor(minutes / 60);
    time.append(`, ${hours ? `${hours} h ` : ""}${minutes % 60} min ago`);
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

  document.querySelectorAll("time[data-ago]").forEach(sayHowLongAgo);
  document.querySelectorAll("time[data-since]").forEach(sayHowLong);
  document.querySelectorAll(".zone-choice").forEach(offerZones);
  choose(new URLSearchParams(location.search).get("tz"));
  const links = [...document.querySelectorAll(".contents a")];
  if (links.length) followReader(links);
})();
