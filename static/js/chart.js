// Charts are drawn by the server. This file lets a pointer and the keyboard read their marks, saves a
// picture of them, and draws one anew with Plotly once somebody wants to look closer.
(() => {
  const plotlyAddress = document.currentScript.dataset.plotly;
  const PICTURE_SCALE = 2;

  // --- what a mark says ---------------------------------------------------------------------------
  function bubbleOf(plot) {
    let bubble = plot.querySelector(".bubble");
    if (!bubble) {
      bubble = document.createElement("div");
      bubble.className = "bubble";
      bubble.setAttribute("aria-hidden", "true");
      plot.append(bubble);
    }
    return bubble;
  }

  function say(mark) {
    const plot = mark.closest(".plot");
    const bubble = bubbleOf(plot);
    bubble.textContent = mark.getAttribute("aria-label");
    bubble.hidden = false;

    // Above the mark, and never over an edge of the plot.
    const place = plot.getBoundingClientRect();
    const here = mark.querySelector(".hit").getBoundingClientRect();
    const middle = here.left + here.width / 2 - place.left;
    const most = place.width - bubble.offsetWidth;
    const left = Math.max(0, Math.min(middle - bubble.offsetWidth / 2, most));
    bubble.style.left = `${left}px`;
    bubble.style.top = `${here.top - place.top - bubble.offsetHeight - 2}px`;
  }

  function hush(plot) {
    const bubble = plot.querySelector(".bubble");
    if (bubble) bubble.hidden = true;
  }

  // One stop for the Tab key in each drawing, and the arrows from mark to mark.
  function move(marks, from, to) {
    if (!marks[to]) return;
    marks[from].setAttribute("tabindex", "-1");
    marks[to].setAttribute("tabindex", "0");
    marks[to].focus();
  }

  function makeReadable(drawing) {
    const plot = drawing.closest(".plot");
    const marks = [...drawing.querySelectorAll(".mark")];
    marks.forEach((mark, place) => {
      // A title would be shown a second time, by the browser.
      const title = mark.querySelector("title");
      mark.setAttribute("aria-label", title.textContent);
      title.remove();
      mark.setAttribute("tabindex", place === 0 ? "0" : "-1");
      mark.addEventListener("pointerenter", () => say(mark));
      mark.addEventListener("focus", () => say(mark));
      mark.addEventListener("blur", () => hush(plot));
    });
    plot.addEventListener("pointerleave", () => hush(plot));
    drawing.addEventListener("keydown", (event) => {
      const here = marks.indexOf(document.activeElement);
      const steps = {
        ArrowRight: here + 1,
        ArrowDown: here + 1,
        ArrowLeft: here - 1,
        ArrowUp: here - 1,
        Home: 0,
        End: marks.length - 1,
      };
      if (here < 0) return;
      if (event.key === "Escape") hush(plot);
      if (!(event.key in steps)) return;
      event.preventDefault();
      move(marks, here, steps[event.key]);
    });
  }

  // --- what may fail -------------------------------------------------------------------------------
  // Offline, or signed out meanwhile: the drawing stays, and a line below it says why nothing came.
  async function attempt(figure, step) {
    const line = figure.querySelector("[data-failed]");
    line.textContent = "";
    try {
      await step();
    } catch {
      line.textContent = line.dataset.failed;
    }
  }

  // --- a picture ----------------------------------------------------------------------------------
  async function savePicture(button) {
    const picture = new Image();
    picture.src = button.dataset.picture;
    await picture.decode();

    const canvas = document.createElement("canvas");
    canvas.width = picture.naturalWidth * PICTURE_SCALE;
    canvas.height = picture.naturalHeight * PICTURE_SCALE;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.href = canvas.toDataURL("image/png");
    link.download = button.dataset.name;
    link.click();
  }

  // --- looking closer -----------------------------------------------------------------------------
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  let loading;
  function loadPlotly() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = plotlyAddress;
      script.addEventListener("load", resolve);
      script.addEventListener("error", reject);
      document.head.append(script);
    }).then(registerChinese);
    // What failed is asked for again by the next press.
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  }

  function registerChinese() {
    const months = [...Array(12).keys()].map((month) => `${month + 1}月`);
    const days = [..."日一二三四五六"].map((day) => `周${day}`);
    const format = { days, shortDays: days, months, shortMonths: months, date: "%Y-%m-%d" };
    Plotly.register({ moduleType: "locale", name: "zh-Hans", dictionary: {}, format });
  }

  // Names of tokens become the colours of the present theme, where a colour stands: a label may
  // begin like one.
  const TOKEN = /^--[a-z0-9-]+$/;
  const OF_A_COLOUR = /color(way)?$/;

  function paint(node, key = "") {
    if (Array.isArray(node)) return node.map((one) => paint(one, key));
    if (node && typeof node === "object") {
      return Object.fromEntries(
        Object.entries(node).map(([name, value]) => [name, paint(value, name)]),
      );
    }
    const isToken = typeof node === "string" && OF_A_COLOUR.test(key) && TOKEN.test(node);
    return isToken ? css(node) : node;
  }

  // On a phone only every third month keeps its label, counted from January, which carries the year.
  function thin(axis, width) {
    if (!axis?.ticktext || axis.ticktext.length < 9 || width > 520) return;
    const january = axis.ticktext.findIndex((text, place) => place > 0 && text.includes("<br>"));
    const start = Math.max(january, 0) % 3;
    axis.ticktext = axis.ticktext.map((text, place) => (place % 3 === start ? text : ""));
  }

  function free(layout) {
    layout.dragmode = "zoom";
    Object.keys(layout)
      .filter((name) => /^[xy]axis/.test(name))
      .forEach((name) => {
        layout[name].fixedrange = false;
      });
  }

  // The figure of each plot that is looked at closer, with the names of its colours.
  const figures = new WeakMap();

  async function fetchFigure(place, address) {
    const [answer] = await Promise.all([fetch(address), loadPlotly()]);
    figures.set(place, await answer.json());
  }

  async function drawWithPlotly(place) {
    const figure = paint(figures.get(place));
    // A resized chart takes the height of its place, and without one it would collapse.
    place.style.height = `${figure.layout.height}px`;
    thin(figure.layout.xaxis, place.clientWidth);
    free(figure.layout);
    figure.layout.font.family = css("--sans");
    await Plotly.react(place, figure.data, figure.layout, {
      displayModeBar: false,
      responsive: true,
      locale: document.documentElement.lang,
      scrollZoom: false,
      doubleClick: "reset",
    });
  }

  async function explore(button) {
    const plot = button.closest("figure").querySelector(".plot");
    const drawing = plot.querySelector(".drawing");
    const present = plot.querySelector(".explored");
    button.dataset.closer ??= button.textContent;
    hush(plot);
    if (present) {
      present.remove();
      drawing.removeAttribute("hidden");
      button.textContent = button.dataset.closer;
      return;
    }

    const place = document.createElement("div");
    place.className = "explored";
    plot.append(place);
    button.disabled = true;
    try {
      await fetchFigure(place, button.dataset.explore);
      await drawWithPlotly(place);
      drawing.setAttribute("hidden", "");
      button.textContent = button.dataset.back;
    } catch (fault) {
      place.remove();
      throw fault;
    } finally {
      button.disabled = false;
    }
  }

  // --- the page -----------------------------------------------------------------------------------
  function answersTo(button, step) {
    button.hidden = false;
    button.addEventListener("click", () => {
      attempt(button.closest("figure"), () => step(button));
    });
  }

  function begin(root) {
    // A drawing in a row of words has the titles of its marks, and no place for what is said of them.
    root.querySelectorAll(".plot .drawing").forEach(makeReadable);
    root.querySelectorAll("[data-explore]").forEach((button) => {
      answersTo(button, explore);
    });
    root.querySelectorAll("[data-picture]").forEach((button) => {
      answersTo(button, savePicture);
    });
  }

  begin(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) begin(event.target);
  });
  document.addEventListener("themechange", () => {
    document.querySelectorAll(".js-plotly-plot").forEach((place) => {
      attempt(place.closest("figure"), () => drawWithPlotly(place));
    });
  });
})();
