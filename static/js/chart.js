// Draws the figures of a page from their JSON blocks, in the colours of the current theme. The table twin needs none of this.
(() => {
  const months = [...Array(12).keys()].map((n) => `${n + 1}月`);
  const days = [..."日一二三四五六"].map((day) => `周${day}`);
  const format = { days, shortDays: days, months, shortMonths: months, date: "%Y-%m-%d" };
  Plotly.register({ moduleType: "locale", name: "zh-Hans", dictionary: {}, format });

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const token = (value) => (typeof value === "string" && value.startsWith("--") ? css(value) : value);

  function paint(node) {
    if (Array.isArray(node)) return node.map(paint);
    if (node && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, paint(v)]));
    return token(node);
  }

  function draw(plot) {
    const source = document.getElementById(plot.dataset.figure);
    const figure = paint(JSON.parse(source.textContent));
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    Plotly.react(plot, figure.data, { ...figure.layout, font: { ...figure.layout.font, family: css("--sans") }, transition: { duration: still ? 0 : 200 } }, {
      displayModeBar: false, responsive: true, locale: document.documentElement.lang, scrollZoom: false, doubleClick: "reset",
    });
  }

  const all = () => document.querySelectorAll(".plot[data-figure]").forEach(draw);
  all();
  document.addEventListener("themechange", all);
  document.addEventListener("htmx:afterSettle", (event) => event.target.querySelectorAll?.(".plot[data-figure]").forEach(draw));
})();
