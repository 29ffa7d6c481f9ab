// Shows how many questions are answered; drafts.js keeps what is typed and sends it.
(() => {
  function start() {
    const form = document.getElementById("survey");
    const bar = document.querySelector(".survey-progress");
    if (!form) return;

    function progress() {
      const typed = [...form.elements].filter((f) => /^i\d+$/.test(f.name));
      const filled = typed.filter((f) => (/^(radio|checkbox)$/.test(f.type) ? f.checked : f.value.trim()));
      bar.hidden = false;
      bar.value = new Set(filled.map((f) => f.name)).size;
    }

    form.addEventListener("input", progress);
    form.addEventListener("draft:restored", progress);
    document.addEventListener("draft:sent", () => { bar.hidden = true; });
    progress();
  }

  start();
  document.addEventListener("draft:refused", start);
})();
