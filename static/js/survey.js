// Shows how many questions are answered; drafts.js keeps what is typed and sends it.
(() => {
  function start() {
    const form = document.getElementById("survey");
    const bar = document.querySelector(".survey-progress");
    if (!form) return;

    function progress() {
      const typed = [...form.elements].filter((f) => /^i\d+$/.test(f.name));
      const filled = typed.filter((f) =>
        /^(radio|checkbox)$/.test(f.type) ? f.checked : f.value.trim(),
      );
      bar.hidden = false;
      bar.value = new Set(filled.map((f) => f.name)).size;
    }

    // "None of these" takes the others back, and any other takes it back.
    function alone(event) {
      const box = event.target;
      if (box.type !== "checkbox" || !box.checked) return;
      for (const other of form.elements[box.name].length ? form.elements[box.name] : []) {
        const apart = "alone" in box.dataset || "alone" in other.dataset;
        if (other !== box && apart) other.checked = false;
      }
    }

    form.addEventListener("input", alone);
    form.addEventListener("input", progress);
    form.addEventListener("draft:restored", progress);
    document.addEventListener("draft:sent", () => {
      bar.hidden = true;
    });
    progress();
  }

  start();
  document.addEventListener("draft:refused", start);
})();
