"""plot_scaling.py scaling.json scaling.svg: what bench --scaling measured, on logarithmic axes with the fitted slopes.
Prints one line of JSON for the program that calls it."""
import json
import math
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

LABELS = {"steps": "time steps T", "synapses": "synapses", "batch": "samples per batch"}
ROWS = (("processor", "processor seconds per step"), ("memory_mb", "memory, MB"))


def draw(axes, series, key, label):
    x = [point["x"] for point in series["points"]]
    y = [point[key] for point in series["points"]]
    slope = series[key.split("_")[0] + "_slope"]
    centre = sum(math.log(b) - slope * math.log(a) for a, b in zip(x, y)) / len(x)
    axes.loglog(x, [math.exp(centre) * a**slope for a in x], color="0.6", label=f"slope {slope:.2f}")
    axes.loglog(x, y, "o", color="tab:blue")
    axes.set_xlabel(LABELS[series["axis"]])
    axes.set_ylabel(label)
    axes.grid(True, which="major", color="0.9")
    axes.legend(loc="upper left", frameon=False)


def main(source, target):
    plt.rcParams["svg.fonttype"] = "none"  # text stays text
    plt.rcParams["svg.hashsalt"] = "hetsyn"  # equal measurements give equal files
    with open(source) as file:
        scaling = json.load(file)["scaling"]
    figure, grid = plt.subplots(len(ROWS), len(scaling), figsize=(3.6 * len(scaling), 6), squeeze=False)
    for row, (key, label) in zip(grid, ROWS):
        for axes, series in zip(row, scaling):
            draw(axes, series, key, label)
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})
    print(json.dumps({"figure": target}))


main(*sys.argv[1:])
