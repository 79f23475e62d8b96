"""plot_scaling.py scaling.json scaling.svg: what bench --scaling measured, on logarithmic axes with the fitted laws.
Prints one line of JSON for the program that calls it."""
import json
import math
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

LABELS = {
    "steps": "time steps T",
    "synapses": "synapses, feed-forward",
    "recurrent_synapses": "synapses, recurrent",
    "batch": "samples per batch",
}


def draw(axes, series, key, law, label):
    x = [point["x"] for point in series["points"]]
    axes.loglog(x, [law(a) for a in x], color="0.6", label=label)
    axes.loglog(x, [point[key] for point in series["points"]], "o", color="tab:blue")
    axes.set_xlabel(LABELS[series["axis"]])
    axes.grid(True, which="major", color="0.9")
    axes.legend(loc="upper left", frameon=False)


def draw_time(axes, series):
    exponent = series["processor_exponent"]
    points = series["points"]
    offset = sum(math.log(p["processor"]) - exponent * math.log(p["x"]) for p in points) / len(points)
    draw(axes, series, "processor", lambda x: math.exp(offset) * x**exponent, f"exponent {exponent:.2f}")
    axes.set_ylabel("processor seconds per step")


def draw_memory(axes, series):
    base, unit = series["memory_base_mb"], series["memory_mb_per_unit"]
    draw(axes, series, "memory_mb", lambda x: base + unit * x, f"{base:.1f} MB + {1024 * unit:.3g} kB each")
    axes.set_ylabel("memory, MB")


def main(source, target):
    plt.rcParams["svg.fonttype"] = "none"  # text stays text
    plt.rcParams["svg.hashsalt"] = "hetsyn"  # equal measurements give equal files
    with open(source) as file:
        scaling = json.load(file)["scaling"]
    figure, (times, memories) = plt.subplots(2, len(scaling), figsize=(3.4 * len(scaling), 6))
    for series, time, memory in zip(scaling, times, memories):
        draw_time(time, series)
        draw_memory(memory, series)
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})
    print(json.dumps({"figure": target}))


main(*sys.argv[1:])
