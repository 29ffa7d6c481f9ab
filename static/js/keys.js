// Escape closes the menu of a phone; "/" goes to the search field; "g" and then a letter goes to the menu item that carries it; "?" lists the letters.
(() => {
  let waiting = 0;
  const typing = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector(
        "[data-search], [type=search], .toolbar input:not([type=hidden])",
      );
      if (search) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === "?") {
      document.getElementById("keys")?.showModal();
    } else if (event.key === "g") {
      waiting = Date.now();
    } else if (Date.now() - waiting < 1500) {
      waiting = 0;
      document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)?.click();
    }
  });
})();
