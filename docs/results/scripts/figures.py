"""Figures of docs/results.md as SVG files: learning curves, and a measure over the values of a setting or a cost."""
import statistics

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

import conditions
import measures
import page

COLOURS = {"HomNeuLIF": "tab:grey", "HomNeuALIF": "tab:orange", "HetNeuLIF": "tab:green", "HetSynLIF": "tab:blue",
           "HetSynLIF + adaptation": "tab:purple"}
NETWORKS = {"feed-forward": "--", "recurrent": "-"}


def style(names):
    """Colour by model, dashes where the network is feed-forward."""
    colour = next((COLOURS[name] for name in names if name in COLOURS), "tab:blue")
    return {"color": colour, "linestyle": next((NETWORKS[name] for name in names if name in NETWORKS), "-")}


def draw_curves(axes, figure, found):
    for names, some in conditions.grouped(found, figure["lines"]).items():
        curve = measures.median_curve(some)
        if curve:
            axes.plot(*zip(*curve), label=", ".join(names), **style(names))
    axes.set_xlabel("iterations")


def draw_measure(axes, figure, found):
    """Mean and standard deviation of a column over the numbers of a setting."""
    for names, some in conditions.grouped(found, figure["lines"]).items():
        points = []
        for (x,), members in conditions.grouped(some, [figure["over"]]).items():
            values = measures.per_seed(members, figure["mean"])
            if x and values:
                points.append((float(x), statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else 0.0))
        if points:
            axes.errorbar(*zip(*[(x, y) for x, y, _ in points]), yerr=[sd for *_, sd in points], capsize=2, marker="o",
                          markersize=3, label=", ".join(names), **style(names))
    axes.set_xlabel(conditions.TITLES[figure["over"]])


def draw_tradeoff(axes, figure, found):
    """Mean of a column against the mean of another, which is a cost; a line joins the values of the setting "sizes"."""
    for names, some in conditions.grouped(found, figure["lines"]).items():
        points = []
        for members in conditions.grouped(some, [figure["sizes"]]).values():
            costs, values = (measures.per_seed(members, figure[key]) for key in ("against", "mean"))
            if costs and values:
                points.append((statistics.fmean(costs), statistics.fmean(values)))
        if points:
            axes.plot(*zip(*points), marker="o", markersize=3, label=", ".join(names), **style(names))
    axes.set_xscale("log")
    axes.set_xlabel(figure["cost"])


def draw_histograms(axes, figure, found):
    """Counts over bins of one width in log τ, from 1 ms to 10 s, summed over networks; clamped ones are not among them."""
    for column in figure["histogram"]:
        counts = [[int(count) for count in row[column].split()] for row in found if row.get(column)]
        if counts:
            sums = [sum(bin) for bin in zip(*counts)]
            edges = [10 ** (4 * i / len(sums)) for i in range(len(sums) + 1)]
            axes.stairs([count / sum(sums) for count in sums], edges, label=column.removeprefix("tau.").removesuffix(".histogram"))
    axes.set_xscale("log")
    axes.set_xlabel("τ, ms")


def draw(figure, found, file):
    plt.rcParams["svg.hashsalt"] = "hetsyn"  # the same file each time
    canvas, axes = plt.subplots(figsize=(7, 4))
    members = conditions.matching(found, figure.get("where", {}))
    kinds = {"histogram": draw_histograms, "over": draw_measure, "against": draw_tradeoff}
    kind = next((kinds[key] for key in kinds if key in figure), draw_curves)
    kind(axes, figure, members)
    axes.set_ylabel(figure["axis"])
    if figure.get("logarithmic"):
        axes.set_yscale("log")
    axes.grid(True, color="0.9")
    axes.legend(frameon=False, fontsize=7)
    canvas.tight_layout()
    canvas.savefig(file, metadata={"Date": None})
    plt.close(canvas)


def draw_all(folder):
    target = folder.parent / "figures"
    for section in page.sections(folder):
        found = page.section_rows(section, folder)
        for figure in section.get("figure", []) if found else []:
            draw(figure, found, target / f"{figure['file']}.svg")
