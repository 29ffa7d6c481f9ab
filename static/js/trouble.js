// A step that htmx takes in its place and that fails says so, right after what was pressed: nobody is there, no answer in
// time, not allowed, not there any more. What was typed stays, and what was pressed works again. The sentences stand in
// templates/_trouble.html. What a page asks for by itself fails without a word.
(() => {
  const page = document.getElementById("trouble");
  const BY_STATUS = { 403: "refused", 404: "gone", 502: "away", 503: "away", 504: "away" };
  const BY_A_PERSON = ["click", "submit"];

  function takeAway(pressed) {
    const said = pressed.nextElementSibling;
    if (said?.matches(".trouble")) {
      said.remove();
    }
  }

  function say(event, why) {
    const pressed = event.detail.elt;
    if (!BY_A_PERSON.includes(event.detail.requestConfig?.triggeringEvent?.type)) {
      return;
    }
    takeAway(pressed);
    const said = page.content.firstElementChild.cloneNode(true);
    said.lastElementChild.textContent = page.dataset[why];
    pressed.after(said);
    said.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("htmx:beforeRequest", (event) => takeAway(event.detail.elt));
  document.addEventListener("htmx:sendError", (event) => say(event, "away"));
  document.addEventListener("htmx:timeout", (event) => say(event, "slow"));
  document.addEventListener("htmx:responseError", (event) => {
    say(event, BY_STATUS[event.detail.xhr.status] ?? "failed");
  });
})();
