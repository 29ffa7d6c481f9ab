// What forms and tables of every page need: leaving a changed form asks first, buttons copy and
// print, and a table that is wider than its place is reached by the keyboard. Dialogs are opened
// and closed by the browser, and here for browsers that do not read the attribute command yet.
(() => {
  const readsCommands = "commandForElement" in HTMLButtonElement.prototype;

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

  function obey(button) {
    const dialog = document.getElementById(button.getAttribute("commandfor"));
    if (button.getAttribute("command") === "show-modal") {
      dialog.showModal();
    } else {
      dialog.close();
    }
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
    const commander = event.target.closest("[commandfor]");
    if (commander && !readsCommands) {
      obey(commander);
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
