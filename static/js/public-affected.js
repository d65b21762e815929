// “Was I affected?”: the answer to the question in the address, worked out from the table beside it.
(() => {
  "use strict";

  const form = document.querySelector(".ask");
  const verdict = document.querySelector(".verdict");
  if (!form || !verdict) return;
  const rows = [...document.querySelectorAll("#affected tbody tr")].map((row) => {
    const [component, how, from, until] = row.cells;
    const moment = (cell) => cell.querySelector("time")?.dateTime;
    return { row, name: component.textContent.trim(), how: how.firstChild.textContent.replace(/,\s*$/, ""), from: moment(from), until: moment(until), isOpen: until.textContent === "still affected", share: how.querySelector("[data-share]")?.textContent };
  });

  /** The moment that a wall clock in a zone shows as `2026-03-06T06:00`; the first of two where clocks go back. */
  function momentOf(typed, timeZone) {
    const wanted = Date.parse(`${typed.slice(0, 16)}Z`);
    const form = new Intl.DateTimeFormat("en-CA", { timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
    const shown = (at) => {
      const part = Object.fromEntries(form.formatToParts(at).map(({ type, value }) => [type, value]));
      return Date.parse(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}Z`);
    };
    const offsets = [wanted - 86_400_000, wanted + 86_400_000].map((at) => shown(at) - at);
    const fits = offsets.map((offset) => wanted - offset).filter((at) => shown(at) === wanted);
    return fits.length ? Math.min(...fits) : wanted - offsets[0];
  }

  const inWords = (at) => `${new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", dateStyle: "long" }).format(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;

  function answer(name, at) {
    const its = rows.filter((row) => row.name === name && row.from);
    const hits = its.filter((row) => Date.parse(row.from) <= at && (row.until ? at < Date.parse(row.until) : row.isOpen));
    rows.forEach((row) => row.row.toggleAttribute("data-hit", hits.includes(row)));
    if (hits.length) {
      const [hit] = hits;
      const how = hit.how === "Under maintenance" ? "was under maintenance" : hit.how === "Degraded performance" ? "was slow or unreliable" : `had a ${hit.how.toLowerCase()}`;
      const end = hit.until ? `until ${inWords(Date.parse(hit.until))}` : "and the end is not known yet";
      const share = hit.share ? ` About ${hit.share} of it was affected, so it may have worked for you all the same.` : "";
      return [share ? "unsure" : "yes", `${share ? "Probably" : "Yes"}. ${name} ${how} from ${inWords(Date.parse(hit.from))} ${end}.${share}`];
    }
    const unsure = its.filter((row) => !row.until && !row.isOpen && Date.parse(row.from) <= at);
    if (unsure.length) return ["unsure", `We can’t say. ${name} was affected from ${inWords(Date.parse(unsure[0].from))}, and nobody wrote down until when.`];
    if (rows.some((row) => row.isOpen)) return ["unsure", `Not as far as we know yet. ${name} was not affected on ${inWords(at)}, but this is not over.`];
    return ["no", `No. ${name} was not affected by this on ${inWords(at)}.`];
  }

  function show() {
    const asked = new URLSearchParams(location.search);
    const [name, typed] = [asked.get("component"), asked.get("at")];
    if (!name || !typed || !rows.some((row) => row.name === name)) return;
    const at = momentOf(typed, asked.get("tz") || "UTC");
    if (Number.isNaN(at)) return;
    form.elements.component.value = name;
    form.elements.at.value = typed.slice(0, 16);
    const [kind, words] = answer(name, at);
    verdict.className = `verdict ${kind}`;
    verdict.textContent = words;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(location.href);
    address.searchParams.set("component", form.elements.component.value);
    address.searchParams.set("at", form.elements.at.value);
    history.replaceState(history.state, "", address);
    show();
  });
  document.addEventListener("zone", show);
  form.hidden = false;
  show();
})();
