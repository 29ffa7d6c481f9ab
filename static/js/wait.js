// Counts the seconds of a page that asks to wait; its link is dimmed until they are over, and works all the same.
(() => {
  const shown = document.querySelector("[data-wait]");
  const link = document.querySelector("[data-wait-link]");
  if (!shown || !link) return;
  const end = Date.now() + 1000 * Number(shown.dataset.wait);
  link.setAttribute("aria-disabled", "true");
  const count = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    shown.textContent = left;
    if (left) return;
    clearInterval(count);
    link.removeAttribute("aria-disabled");
    link.focus();
  }, 250);
})();
