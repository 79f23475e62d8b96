// Makes the document of a report (page.hpp) from its content. Texts of runs are only ever set as text, never as HTML.

/** make("a", {href}, "text", child…): an element. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

async function unpack(id) {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

function download(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], {type}));
  make("a", {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

const table = (rows, header) =>
  make("table", {},
    ...(header.length ? [make("thead", {}, make("tr", {}, ...header.map((cell) => make("th", {scope: "col"}, String(cell)))))] : []),
    make("tbody", {}, ...rows.map((row) =>
      make("tr", {}, ...row.map((cell, i) =>
        make(i === 0 ? "th" : "td", i === 0 ? {scope: "row"} : {}, String(cell)))))));

function tableBlock({title, header, rows}) {
  const block = table(rows, header);
  if (title) block.prepend(make("caption", {}, title));
  if (!header.length) block.classList.add("facts");
  return make("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": title || "table"}, block);
}

/** A figure in the document: drawn when it comes near the window, and again when the page changes its colours. */
class FigureView {
  constructor(figure) {
    this.figure = figure;
    this.canvas = make("div", {class: "canvas", role: "img", "aria-label": `${figure.title}. ${figure.caption}`});
    this.canvas.style.minHeight = `${figure.height_px}px`;
    this.legend = make("div", {class: "legend", role: "group", "aria-label": "Series shown"});
    this.element = make("figure", {id: figure.name, "aria-labelledby": `${figure.name}-title`},
      make("h3", {id: `${figure.name}-title`}, figure.title),
      this.canvas, this.legend, make("figcaption", {}, figure.caption), this.buttons(), this.values());
    this.drawing = null;
  }

  /** Ends when the figure can be seen; called again, it waits for the same drawing. */
  draw() {
    if (this.element.hidden) return Promise.resolve();
    this.drawing ??= this.drawNow();
    return this.drawing;
  }
  async drawNow() {
    const theme = themeOf(this.element);
    const {data, layout, legend} = plotlyFigure(this.figure, theme);
    const hidden = new Set(this.checkboxes().filter(([, box]) => !box.checked).map(([name]) => name));
    for (const trace of data) if (hidden.has(trace.meta)) trace.visible = false;
    if (!this.legend.hasChildNodes()) this.fillLegend(legend, theme);
    await Plotly.react(this.canvas, data, layout, {responsive: true, displaylogo: false, displayModeBar: false,
      doubleClick: "reset", scrollZoom: false});
  }

  redraw() {
    if (!this.drawing) return undefined;
    this.drawing = null;
    this.colourLegend();
    return this.draw();
  }

  /** The legend: a box for each series. A single series needs none. */
  fillLegend(legend, theme) {
    if (legend.size + (this.figure.panels.some((panel) => panel.grid) ? 1 : 0) < 2) return;
    for (const [name, style] of legend) {
      const box = make("input", {type: "checkbox", checked: style.shown, onchange: () => this.show(name, box.checked)});
      const swatch = make("span", {class: "swatch", "aria-hidden": "true"});
      swatch.dataset.colour = style.colour;
      swatch.style.borderTopStyle = {dash: "dashed", dot: "dotted", dashdot: "dashed"}[style.dash] ?? "solid";
      const label = make("label", {title: name}, box, swatch, shortened(name, LONGEST_LABEL));
      label.dataset.series = name;
      this.legend.append(label);
    }
    this.colourLegend(theme);
  }
  colourLegend(theme = themeOf(this.element)) {
    for (const swatch of this.legend.querySelectorAll(".swatch")) {
      swatch.style.borderTopColor = colourOf({colour: +swatch.dataset.colour}, theme);
    }
  }
  checkboxes() {
    return [...this.legend.children].map((label) => [label.dataset.series, label.firstChild]);
  }
  show(name, visible) {
    const indices = this.canvas.data.flatMap((trace, i) => (trace.meta === name ? [i] : []));
    Plotly.restyle(this.canvas, {visible}, indices);
  }

  buttons() {
    const {figure} = this;
    const button = (text, label, action) =>
      make("button", {type: "button", "aria-label": `${label}: ${figure.title}`, title: label,
        onclick: async () => { await this.draw(); await action(); }}, text);
    const bar = make("div", {class: "buttons"},
      button("+", "Zoom in", () => this.zoom(0.5)), button("−", "Zoom out", () => this.zoom(2)),
      button("Reset", "Reset the view", () => this.reset()));
    if (canBeLogarithmic(figure.x, figure.panels, "x")) {
      bar.append(this.logButton("log x", "Logarithmic x axis", [["xaxis", figure.x]]));
    }
    const rows = figure.panels.map((panel, i) => [`yaxis${i ? i + 1 : ""}`, panel]);
    const positive = rows.filter(([, panel]) => canBeLogarithmic(panel.y, [panel], "y")).map(([key, panel]) => [key, panel.y]);
    if (positive.length) bar.append(this.logButton("log y", "Logarithmic y axis", positive));
    bar.append(button("CSV", "Download the values", () => download(`${figure.name}.csv`, "text/csv", csvOf(figure))),
      button("SVG", "Download the picture as SVG", () => this.save("svg")),
      button("PNG", "Download the picture as PNG", () => this.save("png")));
    return bar;
  }
  logButton(text, label, axes) {
    const on = axes.every(([, axis]) => axis.logarithmic);
    const button = make("button", {type: "button", "aria-pressed": String(on), title: label,
      "aria-label": `${label}: ${this.figure.title}`, onclick: async () => {
        await this.draw();
        const logarithmic = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(logarithmic));
        for (const [, axis] of axes) axis.logarithmic = logarithmic;
        await this.redraw();
      }}, text);
    return button;
  }
  zoom(factor) {
    const [low, high] = this.canvas._fullLayout.xaxis.range;
    const half = ((high - low) * factor) / 2, middle = (low + high) / 2;
    return Plotly.relayout(this.canvas, {"xaxis.range": [middle - half, middle + half]});
  }
  reset() {
    const {layout} = plotlyFigure(this.figure, themeOf(this.element));
    const ranges = {};
    for (const key of Object.keys(layout).filter((name) => /^[xy]axis/.test(name))) {
      if (layout[key].range) ranges[`${key}.range`] = layout[key].range.slice();
      else ranges[`${key}.autorange`] = true;
    }
    return Plotly.relayout(this.canvas, ranges);
  }

  /** The picture as it is seen, with title and legend. */
  async image(format) {
    const layout = structuredClone(this.canvas.layout);
    const data = this.canvas.data.map((trace) => ({...trace}));
    const named = new Set();
    for (const trace of data) {
      const drawn = trace.visible !== false && trace.hoverinfo !== "skip" && trace.type !== "heatmap";
      trace.showlegend = drawn && !named.has(trace.meta) && this.legend.hasChildNodes();
      if (drawn) named.add(trace.meta);
    }
    Object.assign(layout, {title: {text: plotlyText(this.figure.title)}, showlegend: true,
      legend: {orientation: "h", y: -0.16, yanchor: "top"}, margin: {...layout.margin, t: 56}});
    return Plotly.toImage({data, layout}, {format, width: 900, height: this.figure.height_px + 120, scale: format === "png" ? 2 : 1});
  }
  async save(format) {
    make("a", {href: await this.image(format), download: `${this.figure.name}.${format}`}).click();
  }

  /** The values behind the figure, for those who cannot see it or want to read them. */
  values() {
    const details = make("details", {}, make("summary", {}, "Values as a table"));
    details.addEventListener("toggle", () => {
      if (!details.open || details.childElementCount > 1) return;
      const rows = [];
      for (const row of tableRows(this.figure)) {
        rows.push(row.map((cell) => (typeof cell === "number" ? number(cell) : cell)));
        if (rows.length > MOST_TABLE_ROWS) break;
      }
      const header = rows.shift() ?? [];
      details.append(tableBlock({title: "", header, rows}));
      if (rows.length >= MOST_TABLE_ROWS) {
        details.append(make("p", {}, `The table ends after ${MOST_TABLE_ROWS} rows; the CSV file has all values.`));
      }
    });
    return details;
  }
}

/** The figures of a section, of which readers choose one. */
function chooser(views, name, id) {
  const select = make("select", {id, onchange: () => show(+select.value)},
    ...views.map((view, i) => make("option", {value: i}, shortened(view.figure.title, LONGEST_LABEL))));
  const show = (chosen) => {
    views.forEach((view, i) => { view.element.hidden = i !== chosen; });
    views[chosen].draw();
  };
  views.forEach((view, i) => { view.element.hidden = i !== 0; });
  return make("p", {class: "choice"}, make("label", {for: id}, `${name} `), select);
}

function sectionBlock(section, index, views) {
  const {title, text, tables, figures, choice} = section;
  const block = make("section", {id: `section-${index}`, "aria-labelledby": `heading-${index}`},
    make("h2", {id: `heading-${index}`}, title), ...text.map((line) => make("p", {}, line)), ...tables.map(tableBlock));
  const own = figures.map((figure) => new FigureView(figure));
  if (choice && own.length > 1) block.append(chooser(own, choice, `choice-${index}`));
  block.append(...own.map((view) => view.element));
  views.push(...own);
  return block;
}

/** Light, dark, or as the system is. */
function themeChoice(views) {
  const select = make("select", {id: "theme", onchange: () => {
    if (select.value === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = select.value;
    views.forEach((view) => view.redraw());
  }}, ...["auto", "light", "dark"].map((name) => make("option", {value: name}, name)));
  return make("p", {class: "theme"}, make("label", {for: "theme"}, "Colours "), select);
}

function build(page) {
  const views = [];
  const sections = page.sections.filter(({text, tables, figures}) => text.length + tables.length + figures.length > 0);
  const blocks = sections.map((section, i) => sectionBlock(section, i, views));
  const contents = make("nav", {"aria-label": "Contents"}, make("ul", {}, ...sections.map((section, i) =>
    make("li", {}, make("a", {href: `#section-${i}`}, section.title)))));
  document.getElementById("page").replaceChildren(
    make("header", {}, make("h1", {}, page.title), ...(page.subtitle ? [make("p", {class: "subtitle"}, page.subtitle)] : []),
      ...page.notices.map((notice) => make("p", {class: "notice", role: "note"}, notice)), themeChoice(views)),
    ...(sections.length > 1 ? [contents] : []), ...blocks);
  return views;
}

function watch(views) {
  const byElement = new Map(views.map((view) => [view.element, view]));
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) byElement.get(entry.target).draw();
  }, {rootMargin: "800px"});
  views.forEach((view) => observer.observe(view.element));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => views.forEach((view) => view.redraw()));
  addEventListener("beforeprint", () => { // paper is white, and as wide as it is
    document.documentElement.dataset.printing = "true";
    views.forEach((view) => (view.drawing ? view.redraw() : view.draw()));
  });
  addEventListener("afterprint", () => {
    delete document.documentElement.dataset.printing;
    views.forEach((view) => view.redraw());
  });
}

async function start() {
  const [content, library] = await Promise.all([unpack("content"), unpack("plotly")]);
  document.head.append(make("script", {}, library));
  const views = build(JSON.parse(content));
  window.report = {views, drawAll: () => Promise.all(views.map((view) => view.draw()))};
  watch(views);
}

start().catch((error) => {
  document.getElementById("page").textContent =
    `This report could not be shown (${error.message}). It needs a browser of 2023 or later.`;
  throw error;
});
