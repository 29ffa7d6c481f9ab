// Adds the shares of a campaign's channels up while they are typed; the form works without it.
(() => {
  const total = document.querySelector("[data-mix-total]");
  if (!total) {
    return;
  }
  const shares = document.querySelectorAll("[name$='-share']");

  function showTotal() {
    let sum = 0;
    for (const share of shares) {
      sum += Number(share.value) || 0;
    }
    total.textContent = total.dataset.text.replace("#", sum);
    total.className = sum === 100 ? "good" : "bad";
    total.hidden = false;
  }

  for (const share of shares) {
    share.addEventListener("input", showTotal);
  }
  showTotal();
})();
