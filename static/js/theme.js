// Light or dark: the switch in the head of a page. The server writes data-theme from the cookie, so
// nothing flashes while a page is opened.
(() => {
  const root = document.documentElement;
  const switches = document.querySelectorAll("[data-theme-switch]");
  const systemDark = matchMedia("(prefers-color-scheme: dark)");

  function currentTheme() {
    const systemTheme = systemDark.matches ? "dark" : "light";
    return root.dataset.theme || systemTheme;
  }

  function showState() {
    for (const button of switches) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(currentTheme() === "dark"));
    }
  }

  // The server's names: over https the browser itself sees to it that no other host sets this
  // cookie.
  function remember(theme) {
    const isSecure = location.protocol === "https:";
    const name = isSecure ? "__Host-theme" : "theme";
    const secure = isSecure ? ";secure" : "";
    // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is missing over plain http
    document.cookie = `${name}=${theme};path=/;max-age=31536000;samesite=lax${secure}`;
  }

  function themeChanged() {
    showState();
    document.dispatchEvent(new CustomEvent("themechange", { detail: currentTheme() }));
  }

  function switchTheme() {
    const theme = currentTheme() === "dark" ? "light" : "dark";
    root.dataset.theme = theme;
    remember(theme);
    themeChanged();
  }

  // Styles for pages with script begin with this class.
  root.classList.add("js");
  showState();
  for (const button of switches) {
    button.addEventListener("click", switchTheme);
  }
  systemDark.addEventListener("change", themeChanged);
})();
