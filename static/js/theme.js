// The light/dark switch. The server writes data-theme from the cookie, so nothing flashes.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const announce = () => document.dispatchEvent(new CustomEvent("themechange", { detail: current() }));
  document.querySelectorAll("[data-theme-switch]").forEach((button) => {
    button.hidden = false;
    button.setAttribute("aria-pressed", current() === "dark");
    button.addEventListener("click", () => {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      button.setAttribute("aria-pressed", root.dataset.theme === "dark");
      document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
      announce();
    });
  });
  dark.addEventListener("change", announce);
})();
