// Adds the shares of the channel mix up while they are typed; the form works without it.
(() => {
  const line = document.querySelector("[data-mix-total]");
  if (!line) return;
  const shares = [...document.querySelectorAll("[name$='-share']")];
  function show() {
    const total = shares.reduce((sum, field) => sum + (Number(field.value) || 0), 0);
    line.textContent = line.dataset.text.replace("#", total);
    line.className = total === 100 ? "good" : "bad";
    line.hidden = false;
  }
  shares.forEach((field) => field.addEventListener("input", show));
  show();
})();
