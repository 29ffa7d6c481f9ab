// Keeps answers on this device until the library has them, sends them with the same id until it says so, shows progress.
(() => {
  const WAITS = [2, 4, 8, 15, 30];
  const typed = (form) => [...form.elements].filter((f) => /^i\d+$/.test(f.name));

  function start() {
    const form = document.getElementById("survey");
    if (!form) return;
    const key = `survey:${form.dataset.survey}:${form.dataset.version}`;
    const line = form.querySelector("[role=status]");
    const read = () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
    const write = (value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden: the form still works */ } };

    function restore() {
      const kept = read();
      if (!kept || document.querySelector(".summary-errors") || kept.key !== form.elements.k.value) return;
      form.elements.id.value = kept.id;
      typed(form).forEach((f) => {
        const values = kept.answers[f.name] || [];
        if (/^(radio|checkbox)$/.test(f.type)) f.checked = values.includes(f.value);
        else if (!f.value) f.value = values[0] || "";
      });
    }

    function save() {
      const answers = {};
      typed(form).forEach((f) => {
        if (/^(radio|checkbox)$/.test(f.type) ? f.checked : f.value) (answers[f.name] ||= []).push(f.value);
      });
      write({ id: form.elements.id.value, key: form.elements.k.value, answers });
      form.querySelector("[data-saved]").hidden = false;
    }

    function progress() {
      const bar = document.querySelector(".survey-progress");
      bar.hidden = false;
      bar.value = new Set(typed(form).filter((f) => (/^(radio|checkbox)$/.test(f.type) ? f.checked : f.value.trim())).map((f) => f.name)).size;
    }

    function show(html) {
      const page = new DOMParser().parseFromString(html, "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.title = page.title;
      document.querySelector(".survey-progress").hidden = true;
      scrollTo(0, 0);
      (document.querySelector(".summary-errors") || document.querySelector("main")).focus();
      start();
    }

    async function send(body, tries = 0) {
      let response;
      try { response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" }); } catch { /* no network */ }
      if (!response || response.status === 503 || response.status === 502) {
        line.textContent = line.dataset.waiting;
        line.hidden = false;
        setTimeout(send, 1000 * WAITS[Math.min(tries, WAITS.length - 1)], body, tries + 1);
        return;
      }
      const html = await response.text();
      if (![200, 400, 404, 409, 410].includes(response.status) || !/<main/.test(html)) {
        line.textContent = line.dataset.refused;
        line.hidden = false;
        form.querySelector(".form-end button").disabled = false;
        return;
      }
      if (response.ok) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } }
      show(html);
    }

    restore();
    progress();
    let timer;
    form.addEventListener("input", () => { progress(); clearTimeout(timer); timer = setTimeout(save, 400); });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      save();
      if (event.submitter?.name === "switch") return;
      event.preventDefault();
      form.querySelector(".form-end button").disabled = true;
      send(new URLSearchParams(new FormData(form)));
    });
  }
  start();
})();
