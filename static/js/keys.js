// Keys of staff pages: "/" goes to the search field, "g" and then a letter follows the menu item
// that carries it, "?" shows the list of letters.
(() => {
  // Milliseconds in which the letter must follow the "g".
  const PATIENCE = 1500;
  let wasG = 0;

  function isTyping(element) {
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }

  function searchField() {
    return document.querySelector("[type=search], .toolbar input:not([type=hidden])");
  }

  // Of a page without a search field the list does not promise one.
  function showKeys() {
    const isMissing = searchField() === null;
    for (const part of document.querySelectorAll("[data-search-key]")) {
      part.hidden = isMissing;
    }
    document.getElementById("keys")?.showModal();
  }

  function goToSearch(event) {
    const search = searchField();
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }

  function followLetter(letter) {
    wasG = 0;
    document.querySelector(`[data-go="${CSS.escape(letter)}"]`)?.click();
  }

  document.addEventListener("keydown", (event) => {
    const isShortcutOfTheBrowser = event.ctrlKey || event.metaKey || event.altKey;
    if (isShortcutOfTheBrowser || isTyping(event.target)) {
      return;
    }
    if (event.key === "/") {
      goToSearch(event);
    } else if (event.key === "?") {
      showKeys();
    } else if (event.key === "g") {
      wasG = Date.now();
    } else if (Date.now() - wasG < PATIENCE) {
      followLetter(event.key);
    }
  });
})();
