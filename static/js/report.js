// An evaluation report in a meeting: "p" shows one part at a time; "j" and "k" go to the next and the last proposal,
// "a" accepts the one in focus after some seconds, in which "z" takes it back. A decision that is recorded stays.
(() => {
  const report = document.querySelector("[data-report]");
  if (!report) return;
  // Milliseconds in which an acceptance can be taken back.
  const PATIENCE = 6000;
  const isTyping = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);

  // ── one part at a time ──
  const parts = [...report.querySelectorAll("[data-part]")];
  const foot = report.querySelector("[data-foot]");
  let shown = -1;

  function show(place) {
    shown = Math.min(Math.max(place, 0), parts.length - 1);
    parts.forEach((part, number) => {
      part.classList.toggle("presented", number === shown);
    });
    const title = document.getElementById(parts[shown].getAttribute("aria-labelledby"));
    foot.querySelector("[data-foot-title]").textContent = title.textContent;
    foot.querySelector("[data-foot-place]").textContent = `${shown + 1} / ${parts.length}`;
    scrollTo(0, 0);
  }

  function present() {
    document.body.classList.add("presenting");
    foot.hidden = false;
    show(0);
  }

  function leave() {
    document.body.classList.remove("presenting");
    foot.hidden = true;
    parts[shown]?.scrollIntoView();
    shown = -1;
  }

  const isPresenting = () => shown >= 0;
  document.querySelector("[data-present]")?.addEventListener("click", present);
  foot.querySelector("[data-previous]").addEventListener("click", () => show(shown - 1));
  foot.querySelector("[data-next]").addEventListener("click", () => show(shown + 1));
  foot.querySelector("[data-leave]").addEventListener("click", leave);
  // A link of the four sentences leads to a part that may be out of sight.
  report.addEventListener("click", (event) => {
    const link = event.target.closest(".report-four a");
    const place = parts.findIndex((part) => `#${part.id}` === link?.getAttribute("href"));
    if (link && isPresenting() && place >= 0) {
      event.preventDefault();
      show(place);
    }
  });

  // ── proposals by keyboard ──
  const proposals = () => [...report.querySelectorAll("[data-proposal]")];
  const current = () => document.activeElement?.closest?.("[data-proposal]");

  function move(by) {
    const all = proposals();
    const here = all.indexOf(current());
    const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by;
    all[next]?.focus();
    all[next]?.scrollIntoView({ block: "nearest" });
  }

  const held = [];

  // What is accepted is sealed, so the seconds to take it back come before it is sent.
  function hold(form) {
    if (held.some((one) => one.form === form)) return;
    const said = form.querySelector("[data-held]");
    said.hidden = false;
    const timer = setTimeout(() => {
      forget(form);
      form.requestSubmit();
    }, PATIENCE);
    held.push({ form, timer });
  }

  function forget(form) {
    const place = held.findIndex((one) => one.form === form);
    if (place < 0) return;
    clearTimeout(held[place].timer);
    held.splice(place, 1);
    form.querySelector("[data-held]").hidden = true;
  }

  report.addEventListener("click", (event) => {
    const form = event.target.closest("[data-take-back]")?.closest("form");
    if (form) forget(form);
  });

  const ACTS = {
    p: () => (isPresenting() ? leave() : present()),
    j: () => move(1),
    k: () => move(-1),
    a: () => {
      const form = current()?.querySelector("form[data-accept]");
      if (form) hold(form);
    },
    z: () => {
      const last = held.at(-1);
      if (last) forget(last.form);
    },
  };
  const WHILE_PRESENTING = {
    ArrowRight: () => show(shown + 1),
    ArrowLeft: () => show(shown - 1),
    Escape: leave,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const act = ACTS[event.key] ?? (isPresenting() && WHILE_PRESENTING[event.key]);
    if (act) act();
  });

  // What was refused says so in its place: htmx would leave such an answer out.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    const isPage = /^\s*<!doctype/i.test(xhr.responseText);
    if (target.matches?.("[data-proposal]") && !isPage && [400, 409].includes(xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    event.detail.elt.closest?.("[data-proposal]")?.focus();
  });

  // What is held and not sent yet is not left by mistake.
  addEventListener("beforeunload", (event) => {
    if (held.length > 0) event.preventDefault();
  });
})();
