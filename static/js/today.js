// The desk's first page by keyboard: "j" and "k" go to the next and the last line, "z" takes the last step back.
// Seconds in which a step can be taken back are counted down; what is typed into an open line is not left by mistake.
(() => {
  const isTyping = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);
  const steps = () => [...document.querySelectorAll(".today-item [data-step]")];

  // The line that the focus is in, else none: then "j" begins with the first and "k" with the last one.
  function move(by) {
    const all = steps();
    const here = all.findIndex((one) =>
      one.closest(".today-item").contains(document.activeElement),
    );
    const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by;
    all[next]?.focus();
    all[next]?.closest(".today-item").scrollIntoView({ block: "nearest" });
  }

  function sendByKey(event) {
    // On a link these keys open it in a tab of its own.
    const isSend =
      event.key === "Enter" && (event.ctrlKey || event.metaKey) && isTyping(event.target);
    const form = isSend && event.target.closest?.(".today-item form");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  }

  document.addEventListener("keydown", (event) => {
    sendByKey(event);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
    if (event.key === "z") takeBack();
  });

  const undos = [];

  // Of several steps that can be taken back, the last one. A line that came a moment ago is not wired yet: its button
  // would send the whole page away.
  function takeBack() {
    const form = undos.findLast((one) => one.isConnected);
    const take = () => form?.querySelector("[data-undo]").click();
    if (form?.closest(".htmx-settling")) {
      document.addEventListener("htmx:afterSettle", take, { once: true });
      return;
    }
    take();
  }

  // The sentence of the page has the number in it: only that changes, in every language alike.
  function countDown(form) {
    undos.push(form);
    const said = form.querySelector("[data-undo-said]");
    let left = Number(form.dataset.seconds);
    const timer = setInterval(() => {
      if (!form.isConnected) {
        clearInterval(timer);
        return;
      }
      left -= 1;
      said.textContent = said.textContent.replace(/\d+/, String(left));
      if (left <= 0) {
        clearInterval(timer);
        form.remove();
      }
    }, 1000);
  }

  document.querySelectorAll("form[data-seconds]").forEach(countDown);
  // At once with the swap: a key that is pressed as soon as the line stands there takes back this step and no older one.
  document.addEventListener("htmx:afterSwap", (event) => {
    const line = event.detail.elt.closest?.(".today-item");
    line?.querySelectorAll("form[data-seconds]").forEach(countDown);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const line = event.detail.elt.closest?.(".today-item");
    if (!line) return;
    // An open line takes the focus to where something is typed, every other one to its button.
    (
      line.querySelector("textarea, input[type=number]") ?? line.querySelector("[data-step]")
    )?.focus();
  });

  // What was refused says so in its line: htmx would leave such an answer out. A whole page is none: static/js/trouble.js
  // says something in its place.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    const isLine = target.matches?.(".today-item, .mailing > *");
    const isPage = /^\s*<!doctype/i.test(xhr.responseText);
    if (isLine && !isPage && [400, 409].includes(xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  addEventListener("beforeunload", (event) => {
    const typed = [...document.querySelectorAll(".today-item textarea")];
    if (typed.some((one) => one.value.trim() !== one.defaultValue.trim())) event.preventDefault();
  });
})();
