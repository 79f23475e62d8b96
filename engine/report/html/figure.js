"use strict";
// Draws figures (figure.hpp) with Plotly.js, and makes their tables and CSV files.

// Okabe and Ito's palette, which people with any colour vision tell apart; the eighth, black or white, follows the page.
const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6D31"];
const DASHES = ["solid", "dash", "dot", "dashdot"];
const SYMBOLS = ["circle", "square", "diamond", "cross", "triangle-up", "x"];
const MANY_POINTS = 5000; // from here on WebGL draws them, where the browser has it
const MANY_CELLS = 20000; // of a grid
const MOST_TABLE_ROWS = 1000;
const LONGEST_NAME = 40; // characters at axes; hover and tables have the whole name
const LONGEST_NAME_NARROW = 14; // on a phone
const LONGEST_LABEL = 80; // in legends and choices

const hasWebGL = (() => {
  try {
    return !!document.createElement("canvas").getContext("webgl");
  } catch {
    return false;
  }
})();

function shortened(text, most = LONGEST_NAME) {
  return text.length > most ? text.slice(0, most - 1) + "…" : text;
}
// Plotly reads texts as a kind of HTML.
const plotlyText = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const withUnit = (axis) => axis.title + (axis.unit ? ` (${axis.unit})` : "");
const number = (value) => (value === null || value === undefined ? "–" : String(+value.toPrecision(5)));

/** The entries of the legend: one for each name in a figure, with the style that all its series have. */
function legendOf(figure) {
  const legend = new Map();
  for (const panel of figure.panels) {
    for (const series of panel.series) {
      if (legend.has(series.name)) continue;
      const place = series.colour ?? legend.size;
      legend.set(series.name, {
        colour: place % (PALETTE.length + 1), // one more: the colour of text
        dash: series.dashed ? "dash" : DASHES[Math.floor(place / (PALETTE.length + 1)) % DASHES.length],
        symbol: SYMBOLS[place % SYMBOLS.length],
        shown: series.shown !== false,
      });
    }
  }
  return legend;
}

const colourOf = (style, theme) => PALETTE[style.colour] ?? theme.text;
const translucent = (colour) => colour + "30"; // #RRGGBBAA

/** The colours of the page as it is now, for everything that Plotly draws. */
function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  return {text: read("--text"), muted: read("--line"), background: read("--background")};
}

/** Splits a figure's height among its panels, the first one at the top. */
function domains(panels) {
  const gap = panels.length > 1 ? Math.min(0.06, 0.3 / panels.length) : 0;
  const total = panels.reduce((sum, panel) => sum + panel.height, 0);
  const usable = 1 - gap * (panels.length - 1);
  let top = 1;
  return panels.map((panel) => {
    const bottom = Math.max(0, top - (usable * panel.height) / total);
    const domain = [bottom, top];
    top = bottom - gap;
    return domain;
  });
}

function plotlyAxis(axis, theme) {
  const made = {
    title: {text: plotlyText(withUnit(axis)), standoff: 8},
    type: axis.categories ? "linear" : axis.logarithmic ? "log" : "linear",
    color: theme.text,
    gridcolor: theme.muted,
    linecolor: theme.muted,
    zerolinecolor: theme.muted,
    automargin: true,
    exponentformat: "power",
  };
  if (axis.categories) {
    const every = Math.ceil(axis.categories.length / 40); // more names would lie over each other
    const shown = axis.categories.map((name, i) => i).filter((i) => i % every === 0);
    made.tickmode = "array";
    made.tickvals = shown;
    const most = innerWidth < 600 ? LONGEST_NAME_NARROW : LONGEST_NAME;
    made.ticktext = shown.map((i) => plotlyText(shortened(axis.categories[i], most)));
    made.range = [-0.5, axis.categories.length - 0.5];
  }
  if (axis.range && !axis.logarithmic) made.range = axis.range;
  if (axis.range && axis.logarithmic && axis.range[0] > 0) made.range = axis.range.map(Math.log10);
  return made;
}

const valueText = (axis, value) =>
  axis.categories && Number.isInteger(value) && axis.categories[value] !== undefined
    ? axis.categories[value]
    : number(value) + (axis.unit && value !== null ? ` ${axis.unit}` : "");

const templateText = (text) => plotlyText(text).replace(/%\{/g, "%&#123;");

/** What is shown where the pointer is. A text for each point would be too much for large series: a pattern serves them. */
function hoverOf(figure, panel, series) {
  if (series.x.length > MANY_POINTS) {
    const value = (axis, name) => `${templateText(axis.title)}: %{${name}} ${templateText(axis.unit ?? "")}`;
    return {hovertemplate:
      `${templateText(series.name)}<br>${value(figure.x, "x")}<br>${value(panel.y, "y")}<extra></extra>`};
  }
  const text = series.x.map((x, i) => {
    const interval = series.low ? ` [${number(series.low[i])}, ${number(series.high[i])}]` : "";
    const lines = [
      series.name,
      `${figure.x.title}: ${valueText(figure.x, x)}`,
      `${panel.y.title}: ${valueText(panel.y, series.y[i])}${interval}`,
    ];
    if (series.notes) lines.push(series.notes[i]);
    return lines.map(plotlyText).join("<br>");
  });
  return {hoverinfo: "text", text};
}

/** The traces of one series; all have the same legendgroup, by which the legend shows and hides them. */
function seriesTraces(figure, panel, series, style, axes, theme, useGL) {
  const colour = colourOf(style, theme);
  const visible = style.shown;
  const common = {...axes, name: plotlyText(shortened(series.name, LONGEST_LABEL)), meta: series.name, visible, showlegend: false};
  const traces = [];
  const trace = {...common, x: series.x, y: series.y, ...hoverOf(figure, panel, series)};
  if (series.mark === "bars") {
    const bars = {...trace, type: "bar", offsetgroup: series.name, marker: {color: colour, opacity: 0.75}, textposition: "none"};
    if (series.low) bars.error_y = errorBars(series);
    return [bars];
  }
  if (series.mark === "histogram") {
    return [{...trace, type: "scatter", mode: "lines", line: {color: colour, width: 1.5, shape: "hv", dash: style.dash},
      fill: "tozeroy", fillcolor: translucent(colour)}];
  }
  if (series.mark === "line" || series.mark === "steps") {
    const shape = series.mark === "steps" ? "hv" : "linear";
    if (series.low) {
      const edge = {...common, x: series.x, type: "scatter", mode: "lines", line: {width: 0, shape}, hoverinfo: "skip"};
      traces.push({...edge, y: series.low});
      traces.push({...edge, y: series.high, fill: "tonexty", fillcolor: translucent(colour)});
    }
    const mode = series.x.length <= 60 && series.x.length > 0 && !series.dashed ? "lines+markers" : "lines";
    traces.push({...trace, type: useGL && shape === "linear" ? "scattergl" : "scatter", mode,
      line: {color: colour, width: 1.8, dash: style.dash, ...(useGL ? {} : {shape})}, marker: {color: colour, size: 4},
      connectgaps: false});
    return traces;
  }
  const spikes = series.mark === "spikes";
  trace.type = useGL ? "scattergl" : "scatter";
  trace.mode = "markers";
  trace.marker = spikes
    ? {color: colour, size: series.x.length > 20000 ? 2 : 5, symbol: useGL ? "square" : "line-ns", line: {color: colour, width: 1}}
    : {color: colour, size: 7, symbol: style.symbol, opacity: 0.85};
  const summary = panel.series.find((other) => other !== series && other.name === series.name);
  if (summary) { // the single values behind a mean
    const onBars = {size: 5, symbol: "circle", opacity: 1, color: theme.background, line: {color: theme.text, width: 1}};
    Object.assign(trace.marker, summary.mark === "bars" ? onBars : {size: 5, opacity: 0.7});
    trace.offsetgroup = series.name;
  }
  if (spikes && useGL) {
    trace.marker.line = {width: 0};
    trace.marker.size = series.x.length > 20000 ? 2 : 3;
  }
  if (series.low) trace.error_y = errorBars(series);
  return [trace];
}

function errorBars(series) {
  const difference = (a, b) => a.map((value, i) => (value === null || b[i] === null ? 0 : value - b[i]));
  return {type: "data", symmetric: false, array: difference(series.high, series.y),
    arrayminus: difference(series.y, series.low), width: 4, thickness: 1.4};
}

function gridHover(figure, panel, rows) {
  const {x, y, title, unit = "", values} = panel.grid;
  if (values.length > MANY_CELLS) {
    return {customdata: rows, hovertemplate: `${templateText(figure.x.title)}: %{x}<br>${templateText(panel.y.title)}: ` +
      `%{y}<br>${templateText(title)}: %{customdata} ${templateText(unit)}<extra></extra>`};
  }
  const lines = (value, i, j) => [`${figure.x.title}: ${valueText(figure.x, x[j])}`,
    `${panel.y.title}: ${valueText(panel.y, y[i])}`, `${title}: ${number(value)} ${unit}`];
  return {hovertemplate: "%{customdata}<extra></extra>",
    customdata: rows.map((row, i) => row.map((value, j) => lines(value, i, j).map(plotlyText).join("<br>")))};
}

function gridTrace(figure, panel, axes, domain, theme) {
  const grid = panel.grid;
  const columns = grid.x.length;
  const rows = grid.y.map((_, row) => grid.values.slice(row * columns, (row + 1) * columns));
  const coloured = grid.logarithmic ? rows.map((row) => row.map((v) => (v > 0 ? Math.log10(v) : null))) : rows;
  const bar = {title: {text: plotlyText(grid.title + (grid.unit ? ` (${grid.unit})` : "")), side: "right"},
    len: domain[1] - domain[0], y: (domain[0] + domain[1]) / 2, thickness: 12, tickcolor: theme.text,
    tickfont: {color: theme.text}, outlinewidth: 0};
  if (grid.logarithmic) {
    const largest = Math.log10(grid.values.reduce((most, value) => Math.max(most, value), 1));
    bar.tickvals = Array.from({length: Math.floor(largest) + 1}, (_, power) => power);
    bar.ticktext = bar.tickvals.map((power) => String(10 ** power));
  }
  const trace = {...axes, type: "heatmap", x: grid.x, y: grid.y, z: coloured, ...gridHover(figure, panel, rows),
    colorscale: "Cividis", colorbar: bar, meta: grid.title, showlegend: false};
  if (grid.numbers && grid.values.length <= 400) {
    trace.texttemplate = "%{text}";
    trace.text = rows.map((row) => row.map((value) => (value ? number(value) : "")));
    trace.textfont = {size: 11};
  }
  return trace;
}

/** What Plotly.newPlot() wants, for the theme of the page. */
function plotlyFigure(figure, theme) {
  const legend = legendOf(figure);
  const points = figure.panels.flatMap((panel) => panel.series).reduce((sum, series) => sum + series.x.length, 0);
  const useGL = hasWebGL && points > MANY_POINTS;
  const places = domains(figure.panels);
  const layout = {
    height: figure.height_px, autosize: true, margin: {l: 64, r: 16, t: 22, b: 48}, showlegend: false,
    paper_bgcolor: theme.background, plot_bgcolor: theme.background, font: {color: theme.text, size: 12},
    hovermode: "closest", dragmode: "zoom", barmode: "group", annotations: [],
    // Single values stand over their bar.
    scattermode: figure.panels.some((panel) => panel.series.some((series) => series.mark === "bars")) ? "group" : "overlay",
    uirevision: JSON.stringify([figure.x, ...figure.panels.map((panel) => panel.y)].map((axis) => !!axis.logarithmic)),
  };
  const data = [];
  figure.panels.forEach((panel, i) => {
    const suffix = i === 0 ? "" : String(i + 1);
    const axes = {xaxis: "x", yaxis: `y${suffix}`};
    layout[`yaxis${suffix}`] = {...plotlyAxis(panel.y, theme), domain: places[i], anchor: "x"};
    if (panel.title) {
      layout.annotations.push({text: plotlyText(shortened(panel.title)), showarrow: false, xref: "paper", yref: "paper", x: 0,
        y: places[i][1], xanchor: "left", yanchor: "bottom", font: {size: 12, color: theme.text}});
    }
    if (panel.grid) data.push(gridTrace(figure, panel, axes, places[i], theme));
    for (const series of panel.series) {
      data.push(...seriesTraces(figure, panel, series, legend.get(series.name), axes, theme, useGL));
    }
  });
  layout.xaxis = {...plotlyAxis(figure.x, theme), domain: [0, 1],
    anchor: figure.panels.length > 1 ? `y${figure.panels.length}` : "y"};
  return {data, layout, legend};
}

/** Whether an axis could be logarithmic, for panels along it: they have numbers that are positive, and are no rasters. */
function canBeLogarithmic(axis, panels, which) {
  const values = panels.flatMap((panel) => [...panel.series.map((series) => series[which]), ...(panel.grid ? [panel.grid[which]] : [])]);
  return !axis.categories && !panels.some((panel) => panel.series.some((series) => series.mark === "spikes")) &&
    values.some((list) => list.some((value) => value > 0)) && !values.some((list) => list.some((value) => value < 0));
}

/** The values of a figure as rows of a table, with its header first. */
function* tableRows(figure) {
  const several = figure.panels.length > 1;
  const plain = (axis, value) =>
    axis.categories?.[value] ?? (value === null ? "" : value);
  const header = (panel) => [...(several ? ["panel"] : []), "series", withUnit(figure.x), several ? "value" : withUnit(panel.y)];
  const all = figure.panels.flatMap((panel) => panel.series);
  const bounds = all.some((series) => series.low), notes = all.some((series) => series.notes);
  yield [...header(figure.panels[0]), ...(bounds ? ["low", "high"] : []), ...(notes ? ["note"] : [])];
  for (const panel of figure.panels) {
    const name = several ? [panel.title || withUnit(panel.y)] : [];
    if (panel.grid) {
      const {x, y, values, title} = panel.grid;
      for (let row = 0; row < y.length; ++row) {
        for (let column = 0; column < x.length; ++column) {
          const value = values[row * x.length + column];
          if (value === null || (value === 0 && panel.grid.logarithmic)) continue; // an empty cell
          yield [...name, `${title}: ${number(value)}`, plain(figure.x, x[column]), plain(panel.y, y[row])];
        }
      }
    }
    for (const series of panel.series) {
      for (let i = 0; i < series.x.length; ++i) {
        yield [...name, series.name, plain(figure.x, series.x[i]), plain(panel.y, series.y[i]),
          ...(bounds ? [series.low?.[i] ?? "", series.high?.[i] ?? ""] : []), ...(notes ? [series.notes?.[i] ?? ""] : [])];
      }
    }
  }
}

/** RFC 4180. */
function csvOf(figure) {
  const field = (value) => (/[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);
  return Array.from(tableRows(figure), (row) => row.map((value) => field(String(value))).join(",")).join("\r\n") + "\r\n";
}
