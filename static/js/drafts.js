// One draft for each form with data-draft: kept on this device as it is typed, put back when the
// page is opened again, and forgotten only when an answer of the library says that it has the text
// (the header X-Draft-Kept), when its writer signs out, or after 14 days. On a computer that
// somebody called shared it lives no longer than its tab.
(() => {
  const DAYS_KEPT = 14;
  const DAY = 86_400_000;
  // Milliseconds without a key before what is typed is kept.
  const PAUSE = 400;
  // Milliseconds that an answer may take.
  const PATIENCE = 20_000;
  // Seconds before each further try, when the library is out of reach.
  const WAITS = [2, 4, 8, 15, 30];
  const OUT_OF_REACH = [502, 503, 504];
  // Answers whose pages say best themselves what they refuse: they are shown, nothing is sent
  // again.
  const SAID_BY_THE_PAGE = [400, 404, 409, 410, 413];
  const SHARED = "shared-computer";
  const isSecure = location.protocol === "https:";
  // Who signed out, as the library says it; over https under the name that no other host can set.
  const SIGNED_OUT = isSecure ? "__Host-signed-out" : "signed-out";
  // Every tab has a store of its own, and forgets by itself.
  const tabs = new BroadcastChannel("signed-out");
  const owner = document.querySelector("meta[name=draft-owner]")?.content || "";
  // Whether htmx has begun to listen to this page.
  let isListening = false;

  // --- the store ---------------------------------------------------------------------------------
  // A browser may forbid its stores, and a store may be full: then nothing is kept, and forms work.

  function isShared() {
    try {
      return localStorage.getItem(SHARED) !== null;
    } catch {
      return false;
    }
  }

  function store() {
    return isShared() ? sessionStorage : localStorage;
  }

  function read(key) {
    try {
      return JSON.parse(store().getItem(key));
    } catch {
      return null;
    }
  }

  function write(key, draft) {
    try {
      store().setItem(key, JSON.stringify(draft));
    } catch {
      // Full or forbidden: the form still works.
    }
  }

  function forget(key) {
    try {
      store().removeItem(key);
    } catch {
      // Nothing was kept.
    }
  }

  // Every draft of the device for whose key goes(key) is true, in whichever store.
  function forgetAll(goes) {
    for (const name of ["localStorage", "sessionStorage"]) {
      try {
        for (const key of Object.keys(window[name])) {
          if (key.startsWith("draft:") && goes(key)) {
            window[name].removeItem(key);
          }
        }
      } catch {
        // Forbidden: nothing was kept.
      }
    }
  }

  function isOld(draft) {
    const age = Date.now() - draft?.at;
    // What has no readable age is old, too.
    return !(age <= DAYS_KEPT * DAY);
  }

  // --- whose drafts ------------------------------------------------------------------------------

  // The drafts of one account. Survey pages are drawn for everybody alike: there it stands at the
  // end.
  function forgetOf(account) {
    forgetAll((key) => {
      const isOfSurvey = key.startsWith("draft::survey:") && key.endsWith(`:${account}`);
      return key.startsWith(`draft:${account}:`) || isOfSurvey;
    });
  }

  function signOut(account) {
    forgetOf(account);
    tabs.postMessage(account);
  }

  // However somebody signed out, the first page afterwards forgets what they typed, and nothing of
  // others.
  function forgetWhoSignedOut() {
    const cookies = document.cookie.split("; ");
    const said = cookies.find((cookie) => cookie.startsWith(`${SIGNED_OUT}=`));
    const account = said?.slice(SIGNED_OUT.length + 1);
    if (!account) {
      return;
    }
    signOut(account);
    const secure = isSecure ? ";secure" : "";
    // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is missing over plain http
    document.cookie = `${SIGNED_OUT}=;path=/;max-age=0;samesite=lax${secure}`;
  }

  // What others typed on this computer goes at once; what stands on this page lives on in its tab.
  function callComputerShared() {
    try {
      localStorage.setItem(SHARED, "1");
    } catch {
      return;
    }
    forgetAll(() => true);
    document.dispatchEvent(new Event("draft:shared"));
  }

  // --- pages -------------------------------------------------------------------------------------

  // A page or a part of one; nothing in it runs.
  function parsed(html) {
    return new DOMParser().parseFromString(html, "text/html");
  }

  function showPage(html) {
    const page = parsed(html);
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.title = page.title;
    scrollTo(0, 0);
    document.querySelector("main").focus();
  }

  // The page of a refusal in place of this one, with what was typed; its forms work as if it had
  // been opened at the address they were sent to. key: of the draft that was refused.
  function showRefusal(html, address, key) {
    showPage(html);
    const main = document.querySelector("main");
    for (const form of main.querySelectorAll("form:not([action])")) {
      form.action = address;
    }
    startDrafts(main, key);
    window.htmx?.process(main);
    document.dispatchEvent(new Event("draft:refused"));
  }

  // --- fields ------------------------------------------------------------------------------------

  function isChoice(field) {
    return field.type === "radio" || field.type === "checkbox";
  }

  function isTyped(field) {
    // The field "website" is for machines: no person sees it.
    const isForPeople = field.name && field.name !== "website";
    return isForPeople && !/^(hidden|password|file|submit|button|fieldset)$/.test(field.type);
  }

  // A field as [name, value]; a box or one of several as [name, [value, whether it is chosen]].
  function kept(field) {
    const value = isChoice(field) ? [field.value, field.checked] : field.value;
    return [field.name, value];
  }

  function putBack(field, values) {
    for (const [name, value] of values) {
      if (name !== field.name) {
        continue;
      }
      if (!isChoice(field)) {
        field.value = value;
        return;
      }
      const [choice, isChosen] = value;
      if (choice === field.value) {
        field.checked = isChosen;
        return;
      }
    }
  }

  function outer(fold) {
    return fold.parentElement.closest("details");
  }

  // What htmx draws by a form or by one of its fields is drawn by what was put back. htmx listens a
  // moment after this script has begun.
  function drawAgain(form) {
    const drawers = [form, ...form.elements].filter((one) => one.hasAttribute("hx-trigger"));
    const draw = () => {
      for (const one of drawers) {
        one.dispatchEvent(new Event("change", { bubbles: true }));
      }
    };
    if (drawers.length === 0) {
      return;
    }
    if (isListening) {
      draw();
    } else {
      document.addEventListener("htmx:load", draw, { once: true });
    }
  }

  // --- one form ----------------------------------------------------------------------------------

  class Draft {
    constructor(form) {
      this.form = form;
      this.key = `draft:${owner}:${form.dataset.draft}`;
      this.id = form.elements[form.dataset.draftId || "client_id"];
      // A part that the library draws by what stands in the form: it is kept whole, hidden fields
      // too, and drawn again.
      this.tree = form.querySelector("[data-draft-tree]");
      // A form whose answer htmx puts into its place: it is sent by htmx, and only its draft is ours.
      // One that htmx sends at other moments as well, for a preview, is sent by us all the same.
      this.isInPlace = form.hasAttribute("hx-post") && !form.hasAttribute("hx-trigger");
      // What stood in the form when it was opened.
      this.base = this.typed();
      this.timer = undefined;
    }

    part(name) {
      return this.form.querySelector(`[data-draft-${name}]`);
    }

    fields() {
      return [...this.form.elements].filter(isTyped);
    }

    values() {
      return this.fields().map(kept);
    }

    typed() {
      return JSON.stringify(this.values());
    }

    isChanged() {
      return this.typed() !== this.base;
    }

    wholeTree() {
      const entries = [...new FormData(this.form)];
      return entries.filter(([name]) => name !== "csrfmiddlewaretoken");
    }

    save() {
      clearTimeout(this.timer);
      write(this.key, {
        id: this.id?.value,
        at: Date.now(),
        base: this.base,
        values: this.values(),
        tree: this.tree && this.wholeTree(),
      });
      if (this.part("saved")) {
        this.part("saved").hidden = false;
        this.part("device").hidden = isShared();
        this.part("tab").hidden = !isShared();
      }
    }

    saveSoon() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), PAUSE);
    }

    saveIfChanged() {
      if (this.isChanged()) {
        this.save();
      }
    }

    fill(draft) {
      for (const field of this.fields()) {
        putBack(field, draft.values);
      }
      for (let fold = this.form.closest("details"); fold; fold = outer(fold)) {
        fold.open = true;
      }
      if (this.id && draft.id) {
        this.id.value = draft.id;
      }
      this.form.dispatchEvent(new Event("draft:restored"));
    }

    async drawTree(draft) {
      const asked = this.tree.dataset.draftTree.split("=");
      const body = new URLSearchParams([...draft.tree, asked]);
      body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
      try {
        const answer = await fetch(this.form.action, {
          method: "POST",
          body,
          credentials: "same-origin",
          headers: { "HX-Request": "true" },
        });
        // Only this one is the tree: 286 says that nobody is signed in any more.
        if (answer.status !== 200) {
          return;
        }
        const drawn = parsed(await answer.text());
        this.tree.replaceChildren(...drawn.body.childNodes);
      } catch {
        return;
      }
      window.htmx?.process(this.tree);
      this.fill(draft);
      drawAgain(this.form);
      window.htmx?.trigger(document.body, "recount");
    }

    // Whether errors of this form stand here: in it, or around it and in no other form.
    hasErrors() {
      const place = (this.isInPlace && this.form.closest("article")) || document;
      const all = [...place.querySelectorAll(".summary-errors")];
      return all.some((one) => [this.form, null].includes(one.closest("form")));
    }

    // Whether the library drew this form from what was sent, as with more rows to fill in.
    isBack(draft) {
      const here = this.values().map((one) => JSON.stringify(one));
      const isSameForm = draft?.id && draft.id === this.id?.value;
      return isSameForm && draft.values.every((one) => here.includes(JSON.stringify(one)));
    }

    restore(isRefused) {
      const draft = read(this.key);
      // What came back is newer than any draft, and may have a new id.
      if (isRefused || this.isBack(draft) || this.hasErrors()) {
        this.base = draft?.base ?? this.base;
        this.save();
        return;
      }
      // Something else has been stored since the draft was begun: it is not written over.
      const isOfThisText = draft?.base === this.base;
      if (!isOfThisText || JSON.stringify(draft.values) === this.base) {
        return;
      }
      this.fill(draft);
      drawAgain(this.form);
      if (this.tree && draft.tree) {
        this.drawTree(draft);
      }
      if (this.part("restored")) {
        this.part("restored").hidden = false;
      }
    }

    discard() {
      forget(this.key);
      this.form.reset();
      if (this.id) {
        // Over plain http a browser makes no random ids.
        this.id.value = crypto.randomUUID ? crypto.randomUUID() : this.id.defaultValue;
      }
      this.part("restored").hidden = true;
      this.form.dispatchEvent(new Event("draft:restored"));
      drawAgain(this.form);
    }

    // Says why the text has not arrived; the sentences stand in the page.
    tell(why) {
      const line = this.part("trouble");
      line.querySelector("span").textContent = line.dataset[why];
      line.querySelector("a").hidden = why !== "signedOut";
      line.hidden = false;
      line.scrollIntoView({ block: "nearest" });
    }

    enableButtons(isEnabled) {
      for (const button of this.form.querySelectorAll("button:not([type=button])")) {
        button.disabled = !isEnabled;
      }
    }

    // The library's answer; null where none came.
    async ask(body) {
      try {
        return await fetch(this.form.action, {
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

    sendAgain(body, tries, answer) {
      this.tell("waiting");
      const asked = Number(answer?.headers.get("Retry-After")) || 0;
      const planned = WAITS[Math.min(tries, WAITS.length - 1)];
      setTimeout(() => this.send(body, tries + 1), 1000 * Math.max(asked, planned));
    }

    async send(body, tries = 0) {
      const answer = await this.ask(body);
      if (!answer || OUT_OF_REACH.includes(answer.status)) {
        this.sendAgain(body, tries, answer);
        return;
      }
      const next = answer.headers.get("X-Draft-Kept");
      if (next !== null) {
        this.arrived(next, answer);
      } else if (SAID_BY_THE_PAGE.includes(answer.status)) {
        clearTimeout(this.timer);
        showRefusal(await answer.text(), this.form.action, this.key);
      } else {
        this.enableButtons(true);
        this.tell(answer.status === 401 ? "signedOut" : "refused");
      }
    }

    // The library has the text: next is the address of the page that follows, or "" when the answer
    // itself is that page.
    async arrived(next, answer) {
      forget(this.key);
      if (next) {
        location.assign(next);
        return;
      }
      showPage(await answer.text());
      document.dispatchEvent(new Event("draft:sent"));
    }

    submitted(event) {
      this.save();
      if (this.isInPlace) {
        return;
      }
      // A button that changes the page's language sends nothing yet.
      if (event.submitter?.hasAttribute("data-as-it-is")) {
        return;
      }
      event.preventDefault();
      const body = new URLSearchParams(new FormData(this.form, event.submitter));
      this.enableButtons(false);
      this.send(body);
    }

    // Of all answers only a plain one says that the text is kept: not a refusal, not that somebody is signed out, and not
    // another page that the answer led to.
    answeredInPlace(event) {
      const { elt, xhr } = event.detail;
      const isPage = /^\s*<!doctype/i.test(xhr.responseText);
      if (this.isInPlace && elt === this.form && xhr.status === 200 && !isPage) {
        clearTimeout(this.timer);
        forget(this.key);
      }
    }

    // refusedKey: of the draft that this page refuses, if it does.
    start(refusedKey) {
      this.form.addEventListener("htmx:afterRequest", (event) => this.answeredInPlace(event));
      // A button of the tree changes what is typed as well; the first drawing is none of ours.
      this.tree?.addEventListener("htmx:afterSettle", () => this.saveIfChanged());
      this.form.addEventListener("input", () => this.saveSoon());
      this.form.addEventListener("submit", (event) => this.submitted(event));
      this.part("discard")?.addEventListener("click", () => this.discard());
      this.part("share")?.addEventListener("click", callComputerShared);
      document.addEventListener("draft:shared", () => this.saveIfChanged());
      this.restore(this.key === refusedKey);
    }
  }

  function startDrafts(part, refusedKey) {
    for (const form of part.querySelectorAll("form[data-draft]")) {
      new Draft(form).start(refusedKey);
    }
    for (const line of part.querySelectorAll("[data-draft-waits]")) {
      const draft = read(`draft:${owner}:${line.dataset.draftWaits}`);
      line.hidden = !draft || JSON.stringify(draft.values) === draft.base;
    }
  }

  forgetAll((key) => isOld(read(key)));
  forgetWhoSignedOut();
  tabs.addEventListener("message", (message) => forgetOf(message.data));
  // At once, too: the library may be out of reach, and the next page never open.
  for (const form of document.querySelectorAll("[data-sign-out]")) {
    form.addEventListener("submit", () => signOut(owner));
  }
  startDrafts(document);
  // A part of the page that came later; the page itself is none.
  document.addEventListener("htmx:load", ({ detail }) => {
    if (detail.elt === document.body) {
      isListening = true;
    } else {
      startDrafts(detail.elt);
    }
  });
})();
