// Draws the figures of a page from their JSON blocks, in the colours of the current theme. The table twin needs none of this.
(() => {
  const months = [...Array(12).keys()].map((n) => `${n + 1}月`);
  const days = [..."日一二三四五六"].map((day) => `周${day}`);
  const format = { days, shortDays: days, months, shortMonths: months, date: "%Y-%m-%d" };
  Plotly.register({ moduleType: "locale", name: "zh-Hans", dictionary: {}, format });

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const token = (value) =>
    typeof value === "string" && value.startsWith("--") ? css(value) : value;

  function paint(node) {
    if (Array.isArray(node)) return node.map(paint);
    if (node && typeof node === "object")
      return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, paint(v)]));
    return token(node);
  }

  // On a phone only every third month keeps its label, counted from January, which carries the year.
  function thin(axis, width) {
    if (!axis?.ticktext || axis.ticktext.length < 9 || width > 520) return;
    const january = axis.ticktext.findIndex((text, place) => place > 0 && text.includes("<br>"));
    const start = Math.max(january, 0) % 3;
    axis.ticktext = axis.ticktext.map((text, place) => (place % 3 === start ? text : ""));
  }

  function draw(plot) {
    const source = document.getElementById(plot.dataset.figure);
    const figure = paint(JSON.parse(source.textContent));
    // A resized chart takes the height of its place, and without one it would collapse.
    plot.style.height = `${figure.layout.height}px`;
    thin(figure.layout.xaxis, plot.clientWidth);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    Plotly.react(
      plot,
      figure.data,
      {
        ...figure.layout,
        font: { ...figure.layout.font, family: css("--sans") },
        transition: { duration: still ? 0 : 200 },
      },
      {
        displayModeBar: false,
        responsive: true,
        locale: document.documentElement.lang,
        scrollZoom: false,
        doubleClick: "reset",
      },
    );
  }

  const all = () => document.querySelectorAll(".plot[data-figure]").forEach(draw);
  all();
  document.addEventListener("themechange", all);
  document.addEventListener("htmx:afterSettle", (event) =>
    event.target.querySelectorAll?.(".plot[data-figure]").forEach(draw),
  );
})();
