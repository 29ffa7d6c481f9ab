// What forms, dialogs and tables of every page need: leaving a changed form asks first, buttons
// open dialogs, copy and print, and a table that is wider than its place is reached by the
// keyboard.
(() => {
  function warnBeforeLeaving(form) {
    let isChanged = false;
    form.addEventListener("input", () => {
      isChanged = true;
    });
    form.addEventListener("submit", () => {
      isChanged = false;
    });
    addEventListener("beforeunload", (event) => {
      if (isChanged) {
        event.preventDefault();
      }
    });
  }

  function submitOnChange(field) {
    field.addEventListener("change", () => {
      field.form.requestSubmit();
    });
  }

  function startForms(part) {
    for (const form of part.querySelectorAll("form[data-warn-leave]")) {
      warnBeforeLeaving(form);
    }
    for (const field of part.querySelectorAll("[data-auto-submit]")) {
      submitOnChange(field);
    }
  }

  // A table that scrolls sideways must be reachable by keyboard; any other is no stop on the way.
  function makeWideTablesReachable() {
    for (const wrap of document.querySelectorAll(".table-wrap")) {
      if (wrap.scrollWidth > wrap.clientWidth) {
        wrap.tabIndex = 0;
      } else {
        wrap.removeAttribute("tabindex");
      }
    }
  }

  function goToErrors() {
    document.querySelector(".summary-errors")?.focus();
  }

  async function copy(button) {
    // Over plain http a browser has no clipboard.
    if (!navigator.clipboard) {
      return;
    }
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("good");
  }

  function pressed(event) {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.dialog)?.showModal();
    }
    if (event.target.closest("[data-close]")) {
      event.target.closest("dialog")?.close();
    }
    if (event.target.closest("[data-print]")) {
      print();
    }
    const copier = event.target.closest("[data-copy]");
    if (copier) {
      copy(copier);
    }
  }

  startForms(document);
  makeWideTablesReachable();
  goToErrors();
  document.addEventListener("click", pressed);
  addEventListener("resize", makeWideTablesReachable);
  document.addEventListener("htmx:afterSettle", makeWideTablesReachable);
  // drafts.js has put the page of a refusal in place of the one that was open.
  document.addEventListener("draft:refused", () => {
    startForms(document.querySelector("main"));
    makeWideTablesReachable();
    goToErrors();
  });
})();
