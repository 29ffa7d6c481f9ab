// Leaving a changed form asks first; dialogs open from buttons; what a wide table needs.
(() => {
  function warnBeforeLeaving(form) {
    let changed = false;
    form.addEventListener("input", () => {
      changed = true;
    });
    form.addEventListener("submit", () => {
      changed = false;
    });
    addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  }

  // A table that scrolls sideways must be reachable by keyboard.
  function reachTables() {
    document.querySelectorAll(".table-wrap").forEach((wrap) => {
      if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
      else wrap.removeAttribute("tabindex");
    });
  }

  function start(root) {
    root.querySelectorAll("form[data-warn-leave]").forEach(warnBeforeLeaving);
    root
      .querySelectorAll("[data-auto-submit]")
      .forEach((f) => f.addEventListener("change", () => f.form.requestSubmit()));
    root.querySelectorAll("[data-select-all]").forEach((box) =>
      box.addEventListener("change", () =>
        document.querySelectorAll(box.dataset.selectAll).forEach((one) => {
          one.checked = box.checked;
        }),
      ),
    );
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.dialog)?.showModal();
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    if (event.target.closest("[data-print]")) print();
    const copy = event.target.closest("[data-copy]");
    if (copy)
      navigator.clipboard?.writeText(copy.dataset.copy).then(() => copy.classList.add("good"));
  });
  start(document);
  reachTables();
  addEventListener("resize", reachTables);
  document.addEventListener("htmx:afterSettle", reachTables);
  document.querySelector(".summary-errors")?.focus();
  // drafts.js has put the page of a refusal in place of the one that was open.
  document.addEventListener("draft:refused", () => {
    start(document.querySelector("main"));
    reachTables();
    document.querySelector(".summary-errors")?.focus();
  });
})();
