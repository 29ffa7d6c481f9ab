// The light/dark switch. The server writes data-theme from the cookie, so nothing flashes.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const announce = () =>
    document.dispatchEvent(new CustomEvent("themechange", { detail: current() }));
  document.querySelectorAll("[data-theme-switch]").forEach((button) => {
    button.hidden = false;
    button.setAttribute("aria-pressed", current() === "dark");
    button.addEventListener("click", () => {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      button.setAttribute("aria-pressed", root.dataset.theme === "dark");
      // The server's names: over https the browser itself sees to it that no other host sets this cookie.
      const [name, secure] =
        location.protocol === "https:" ? ["__Host-theme", ";secure"] : ["theme", ""];
      document.cookie = `${name}=${root.dataset.theme};path=/;max-age=31536000;samesite=lax${secure}`;
      announce();
    });
  });
  dark.addEventListener("change", announce);
})();
