"""Figures of docs/results.md and docs/performance.md as data, in the form in which reports have them (report/html/figure.hpp):
learning curves, a measure over the values of a setting or a cost, distributions, and how the cost of a step grows."""
import json
import math
import statistics

import conditions
import measures
import page

COLOURS = {"HomNeuLIF": 7, "HomNeuALIF": 4, "HetNeuLIF": 2, "HetSynLIF": 0, "HetSynLIF + adaptation": 3}  # of the palette
SCALING = {"steps": "time steps", "synapses": "feed-forward synapses", "recurrent_synapses": "recurrent synapses",
           "batch": "samples per batch"}


def series(names, points, **more):
    """A line; its colour says the model, and dashes a feed-forward network."""
    x, y = zip(*points)
    colour = next((COLOURS[name] for name in names if name in COLOURS), 0)
    return {"name": ", ".join(names), "mark": "line", "x": x, "y": y, "colour": colour, "dashed": "feed-forward" in names, **more}


def curves(figure, found):
    grouped = conditions.grouped(found, figure["lines"]).items()
    lines = [(names, measures.median_curve(some)) for names, some in grouped]
    return {"title": "iterations"}, [series(names, curve) for names, curve in lines if curve]


def measure(figure, found):
    """Mean and standard deviation of a column over the numbers of a setting."""
    lines = []
    for names, some in conditions.grouped(found, figure["lines"]).items():
        points = []
        for (x,), members in conditions.grouped(some, [figure["over"]]).items():
            values = measures.per_seed(members, figure["mean"])
            if x and values:
                points.append((float(x), statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else 0.0))
        if points:
            bounds = {"low": [y - sd for _, y, sd in points], "high": [y + sd for _, y, sd in points]}
            lines.append(series(names, [(x, y) for x, y, _ in points], **bounds))
    return {"title": figure["axis_over"]}, lines


def tradeoff(figure, found):
    """Mean of a column against the mean of another, which is a cost; a line joins the values of the setting "sizes"."""
    lines = []
    for names, some in conditions.grouped(found, figure["lines"]).items():
        points = []
        for members in conditions.grouped(some, [figure["sizes"]]).values():
            costs, values = (measures.per_seed(members, figure[key]) for key in ("against", "mean"))
            if costs and values:
                points.append((statistics.fmean(costs), statistics.fmean(values)))
        if points:
            lines.append(series(names, points))
    return {"title": figure["cost"], "logarithmic": True}, lines


def histograms(figure, found):
    """Counts over bins of one width in log τ, from 1 ms to 10 s, summed over networks; clamped ones are not among them."""
    steps = []
    for column in figure["histogram"]:
        counts = [[int(count) for count in row[column].split()] for row in found if row.get(column)]
        if counts:
            sums = [sum(bin) for bin in zip(*counts)]
            edges = [10 ** (4 * i / len(sums)) for i in range(len(sums) + 1)]
            name = column.removeprefix("tau.").removesuffix(".histogram")
            steps.append({"name": name, "mark": "histogram", "x": edges, "y": [count / sum(sums) for count in sums] + [0]})
    return {"title": "time constant", "unit": "ms", "logarithmic": True}, steps


def described(figure, found):
    """The figure of a description in docs/results/*.toml."""
    members = conditions.matching(found, figure.get("where", {}))
    kinds = {"histogram": histograms, "over": measure, "against": tradeoff}
    axis, lines = next((kinds[key] for key in kinds if key in figure), curves)(figure, members)
    y = {"title": figure["axis"], "logarithmic": figure.get("logarithmic", False)}
    return figure_of(figure["file"], figure["caption"], axis, [{"y": y, "series": lines}], 420)


def figure_of(name, title, axis, panels, height):
    return {"name": name, "title": title, "caption": "", "x": axis, "panels": [{"height": 1, **panel} for panel in panels],
            "height_px": height}


def law(axis, quantity):
    """What grows like the measured points, as a function."""
    if quantity == "memory_mb":
        return lambda x: axis["memory_base_mb"] + axis["memory_mb_per_unit"] * x
    exponent, points = axis["processor_exponent"], axis["points"]
    offset = sum(math.log(p["processor"]) - exponent * math.log(p["x"]) for p in points) / len(points)
    return lambda x: math.exp(offset) * x**exponent


def scaling_series(axis, colour, quantity):
    """Points, and the fitted law as a line, over multiples of the smallest size."""
    smallest = axis["points"][0]["x"]
    x = [point["x"] / smallest for point in axis["points"]]
    fitted = law(axis, quantity)
    name = f"{SCALING[axis['axis']]}, from {smallest}; exponent of time {axis['processor_exponent']:.2f}"
    return [{"name": name, "mark": "points", "x": x, "y": [point[quantity] for point in axis["points"]], "colour": colour},
            {"name": name, "mark": "line", "x": x, "y": [fitted(multiple * smallest) for multiple in x], "colour": colour,
             "dashed": True}]


def scaling(file):
    """What bench --scaling measured."""
    axes = json.loads(file.read_text(encoding="utf-8"))["scaling"]
    panels = [{"y": {"title": title, "unit": unit, "logarithmic": True},
               "series": [each for colour, axis in enumerate(axes) for each in scaling_series(axis, colour, quantity)]}
              for quantity, title, unit in (("processor", "processor time of a step", "s"), ("memory_mb", "memory", "MB"))]
    return figure_of("scaling", "Processor time and memory of a step, and the fitted laws",
                     {"title": "multiple of the smallest size", "logarithmic": True}, panels, 560)


def all_figures(folder):
    """Those of the page of results, and of its neighbour on performance."""
    made = []
    for section in page.sections(folder):
        found = page.section_rows(section, folder)
        made += [described(figure, found) for figure in section.get("figure", []) if found]
    return [*made, scaling(folder.parent / "figures/scaling.json")]
