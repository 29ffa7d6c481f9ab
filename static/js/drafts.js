// One draft per form with data-draft: kept on this device as it is typed, put back when the page is opened again, and
// forgotten only when an answer of the library says that it has the text (the header X-Draft-Kept), when its writer
// signs out, or after 14 days. On a computer that somebody called shared it lives no longer than its tab.
(() => {
  const DAYS = 14;
  const WAITS = [2, 4, 8, 15, 30];
  const PATIENCE = 20_000;
  // These answers are pages that say best themselves what they refuse: they are shown, and nothing is sent again.
  const SAID_BY_THE_PAGE = [400, 404, 409, 410, 413];
  const SHARED = "shared-computer";
  // Who signed out, as the library says it; over https under the name that no other host can set.
  const [OUT, SECURE] =
    location.protocol === "https:" ? ["__Host-signed-out", ";secure"] : ["signed-out", ""];
  // Every tab has a store of its own, and forgets by itself.
  const tabs = new BroadcastChannel("signed-out");
  const owner = document.querySelector("meta[name=draft-owner]")?.content || "";

  const isShared = () => {
    try {
      return localStorage.getItem(SHARED) !== null;
    } catch {
      return false;
    }
  };
  const store = () => (isShared() ? sessionStorage : localStorage);
  const read = (key) => {
    try {
      return JSON.parse(store().getItem(key));
    } catch {
      return null;
    }
  };
  const write = (key, value) => {
    try {
      store().setItem(key, JSON.stringify(value));
    } catch {
      /* full or forbidden: the form still works */
    }
  };
  const forget = (key) => {
    try {
      store().removeItem(key);
    } catch {
      /* nothing was kept */
    }
  };
  // A page or a part of one; nothing in it runs.
  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
  const isOld = (draft) => !(Date.now() - draft?.at <= DAYS * 86_400_000);

  // Every draft of the device of which ``goes(key)`` is true, in whichever store.
  function forgetAll(goes) {
    for (const name of ["localStorage", "sessionStorage"]) {
      try {
        const keys = Object.keys(window[name]).filter(
          (key) => key.startsWith("draft:") && goes(key),
        );
        keys.forEach((key) => window[name].removeItem(key));
      } catch {
        /* forbidden: nothing was kept */
      }
    }
  }

  // The drafts of one account. Survey pages are drawn for everybody alike: there the owner stands at the end.
  function forgetOf(who) {
    const isSurvey = (key) => key.startsWith("draft::survey:") && key.endsWith(`:${who}`);
    forgetAll((key) => key.startsWith(`draft:${who}:`) || isSurvey(key));
  }

  function signOut(who) {
    forgetOf(who);
    tabs.postMessage(who);
  }

  // However somebody signed out, the first page afterwards forgets what they typed, and nothing of others.
  function forgetWhoSignedOut() {
    const said = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${OUT}=`));
    const who = said?.slice(OUT.length + 1);
    if (!who) return;
    signOut(who);
    document.cookie = `${OUT}=;path=/;max-age=0;samesite=lax${SECURE}`;
  }

  // What others typed on this computer goes at once; what stands on this page lives on in its tab.
  function share() {
    try {
      localStorage.setItem(SHARED, "1");
    } catch {
      return;
    }
    forgetAll(() => true);
    document.dispatchEvent(new Event("draft:shared"));
  }

  function start(form) {
    const key = `draft:${owner}:${form.dataset.draft}`;
    const id = form.elements[form.dataset.draftId || "client_id"];
    const part = (name) => form.querySelector(`[data-draft-${name}]`);
    const isChoice = (f) => /^(radio|checkbox)$/.test(f.type);
    const typed = () =>
      [...form.elements].filter(
        (f) =>
          f.name &&
          f.name !== "website" &&
          !/^(hidden|password|file|submit|button|fieldset)$/.test(f.type),
      );
    const values = () => typed().map((f) => [f.name, isChoice(f) ? [f.value, f.checked] : f.value]);
    // A part that the library draws by what stands in the form: it is kept whole, hidden fields too, and drawn again.
    const tree = form.querySelector("[data-draft-tree]");
    const fields = () => [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    let base = JSON.stringify(values());
    let timer;

    function save() {
      clearTimeout(timer);
      write(key, { id: id?.value, at: Date.now(), base, values: values(), tree: tree && fields() });
      if (!part("saved")) return;
      part("saved").hidden = false;
      part("device").hidden = isShared();
      part("tab").hidden = !isShared();
    }

    function fill(kept) {
      typed().forEach((f) => {
        const hit = kept.values.find(
          ([name, value]) => name === f.name && (!isChoice(f) || value[0] === f.value),
        );
        if (!hit) return;
        if (isChoice(f)) f.checked = hit[1][1];
        else f.value = hit[1];
      });
      if (id && kept.id) id.value = kept.id;
      form.dispatchEvent(new Event("draft:restored"));
    }

    async function draw(kept) {
      const body = new URLSearchParams([...kept.tree, tree.dataset.draftTree.split("=")]);
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          body,
          credentials: "same-origin",
          headers: { "HX-Request": "true" },
        });
        if (!answer.ok) return;
        const drawn = parsed(await answer.text());
        tree.replaceChildren(...drawn.body.childNodes);
      } catch {
        return;
      }
      window.htmx?.process(tree);
      fill(kept);
      window.htmx?.trigger(document.body, "recount");
    }

    function restore() {
      // What came back with errors is newer than any draft, and may have a new id.
      if (document.querySelector(".summary-errors")) {
        base = read(key)?.base ?? base;
        save();
        return;
      }
      const kept = read(key);
      if (!kept) return;
      // Something else has been stored since the draft was begun: it is not written over.
      if (kept.base !== base || JSON.stringify(kept.values) === base) return;
      fill(kept);
      if (tree && kept.tree) draw(kept);
      if (part("restored")) part("restored").hidden = false;
    }

    function discard() {
      forget(key);
      form.reset();
      if (id) id.value = crypto.randomUUID ? crypto.randomUUID() : id.defaultValue;
      part("restored").hidden = true;
      form.dispatchEvent(new Event("draft:restored"));
    }

    function tell(why) {
      const line = part("trouble");
      line.querySelector("span").textContent = line.dataset[why];
      line.querySelector("a").hidden = why !== "signedOut";
      line.hidden = false;
      line.scrollIntoView({ block: "nearest" });
    }

    function enable(on) {
      form.querySelectorAll("button:not([type=button])").forEach((button) => {
        button.disabled = !on;
      });
    }

    function show(html) {
      const page = parsed(html);
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.title = page.title;
      scrollTo(0, 0);
      document.querySelector("main").focus();
    }

    // The page of a refusal in place of this one, with what was typed; its forms work as if it had been opened.
    function showRefusal(html, address) {
      clearTimeout(timer);
      show(html);
      const main = document.querySelector("main");
      main.querySelectorAll("form:not([action])").forEach((one) => {
        one.action = address;
      });
      main.querySelectorAll("form[data-draft]").forEach(start);
      window.htmx?.process(main);
      document.dispatchEvent(new Event("draft:refused"));
    }

    async function ask(body) {
      try {
        return await fetch(form.action, {
          method: "POST",
          body,
          credentials: "same-origin",
          redirect: "manual",
          headers: { "X-Draft": "1" },
          signal: AbortSignal.timeout(PATIENCE),
        });
      } catch {
        return null;
      }
    }

    function again(body, submitter, tries, answer) {
      tell("waiting");
      const seconds = Number(answer?.headers.get("Retry-After")) || 0;
      setTimeout(
        send,
        1000 * Math.max(seconds, WAITS[Math.min(tries, WAITS.length - 1)]),
        body,
        submitter,
        tries + 1,
      );
    }

    async function send(body, submitter, tries = 0) {
      const answer = await ask(body);
      if (!answer || [502, 503, 504].includes(answer.status)) {
        again(body, submitter, tries, answer);
        return;
      }

      const kept = answer.headers.get("X-Draft-Kept");
      if (kept !== null) {
        forget(key);
        if (kept) {
          location.assign(kept);
          return;
        }
        show(await answer.text());
        document.dispatchEvent(new Event("draft:sent"));
      } else if (SAID_BY_THE_PAGE.includes(answer.status)) {
        showRefusal(await answer.text(), form.action);
      } else {
        enable(true);
        tell(answer.status === 401 ? "signedOut" : "refused");
      }
    }

    // A button of the tree changes what is typed as well; the first drawing is none of ours.
    tree?.addEventListener("htmx:afterSettle", () => {
      if (JSON.stringify(values()) !== base) save();
    });
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, 400);
    });
    form.addEventListener("submit", (event) => {
      save();
      // A button that changes the page's language sends nothing yet.
      if (event.submitter?.hasAttribute("data-as-it-is")) return;
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form, event.submitter));
      enable(false);
      send(body, event.submitter);
    });
    part("discard")?.addEventListener("click", discard);
    part("share")?.addEventListener("click", share);
    document.addEventListener("draft:shared", () => {
      if (JSON.stringify(values()) !== base) save();
    });
    restore();
  }

  forgetAll((key) => isOld(read(key)));
  forgetWhoSignedOut();
  tabs.addEventListener("message", (message) => forgetOf(message.data));
  // At once, too: the library may be out of reach, and the next page never open.
  document.querySelectorAll("[data-sign-out]").forEach((form) => {
    form.addEventListener("submit", () => signOut(owner));
  });
  document.querySelectorAll("form[data-draft]").forEach(start);
})();
