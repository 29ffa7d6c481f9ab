// Long answers are kept on this device until they are sent; leaving a changed form asks first; dialogs open from buttons.
(() => {
  const store = (key) => `draft:${location.pathname}:${key}`;
  const fields = (form) =>
    [...form.elements].filter((f) => f.name && !/^(hidden|password|file|submit|button)$/.test(f.type));
  const values = (form) =>
    fields(form).map((f) => [f.name, f.value, /^(checkbox|radio)$/.test(f.type) ? f.checked : null]);

  function restore(form, key) {
    if (form.querySelector("[aria-invalid=true], .summary-errors")) return;
    const saved = JSON.parse(localStorage.getItem(key) || "null");
    if (!saved) return;
    fields(form).forEach((f) => {
      const hit = saved.find(([name, value, on]) => name === f.name && (on === null || value === f.value));
      if (!hit) return;
      if (hit[2] === null) { if (!f.value) f.value = hit[1]; } else f.checked = hit[2];
    });
  }

  function autosave(form) {
    const key = store(form.dataset.autosave || "form");
    const line = form.querySelector("[data-saved]");
    let timer;
    restore(form, key);
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        localStorage.setItem(key, JSON.stringify(values(form)));
        if (line) line.hidden = false;
      }, 600);
    });
    form.addEventListener("submit", () => { clearTimeout(timer); localStorage.removeItem(key); });
  }

  function warnBeforeLeaving(form) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }

  // A table that scrolls sideways must be reachable by keyboard.
  function reachTables() {
    document.querySelectorAll(".table-wrap").forEach((wrap) => {
      if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0; else wrap.removeAttribute("tabindex");
    });
  }

  function start(root) {
    root.querySelectorAll("form[data-autosave]").forEach(autosave);
    root.querySelectorAll("form[data-warn-leave]").forEach(warnBeforeLeaving);
    root.querySelectorAll("[data-auto-submit]").forEach((f) => f.addEventListener("change", () => f.form.requestSubmit()));
    root.querySelectorAll("[data-select-all]").forEach((box) => box.addEventListener("change", () =>
      document.querySelectorAll(box.dataset.selectAll).forEach((one) => { one.checked = box.checked; })));
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) { event.preventDefault(); document.getElementById(opener.dataset.dialog)?.showModal(); }
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    if (event.target.closest("[data-print]")) print();
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => copy.classList.add("good"));
  });
  start(document);
  reachTables();
  addEventListener("resize", reachTables);
  document.addEventListener("htmx:afterSettle", reachTables);
  document.querySelector(".summary-errors")?.focus();
})();
