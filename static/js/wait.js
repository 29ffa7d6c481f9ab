// Counts the seconds of a page that asks to wait. Its link is dimmed until they are over, and works
// all the same.
(() => {
  const shown = document.querySelector("[data-wait]");
  const link = document.querySelector("[data-wait-link]");
  if (!shown || !link) {
    return;
  }
  const end = Date.now() + 1000 * Number(shown.dataset.wait);

  function showSecondsLeft() {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    shown.textContent = left;
    if (left === 0) {
      clearInterval(timer);
      link.removeAttribute("aria-disabled");
      link.focus();
    }
  }

  link.setAttribute("aria-disabled", "true");
  // More often than the seconds change, so that none is shown late.
  const timer = setInterval(showSecondsLeft, 250);
})();
