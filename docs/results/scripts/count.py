"""Table 3: trained parameters, as the engine's own layout of a network counts them. Nothing is trained."""
import itertools
import re
import subprocess

import rows

# (task, inputs M, hidden neurons N) of the paper's networks whose trials are drawn; nothing needs to be found on disk.
NETWORKS = (("pattern_generation", 100, 100), ("dms", 30, 100))
# Of one population of N neurons with M inputs; the paper's Table 3.
FORMULAS = {
    ("hetsyn_lif", False): ("2MN", lambda m, n: 2 * m * n),
    ("hetsyn_lif", True): ("2MN + 2NN", lambda m, n: 2 * m * n + 2 * n * n),
    ("het_lif", False): ("MN + N", lambda m, n: m * n + n),
    ("het_lif", True): ("MN + NN + N", lambda m, n: m * n + n * n + n),
    ("hom_alif", False): ("MN", lambda m, n: m * n),
    ("hom_alif", True): ("MN + NN", lambda m, n: m * n + n * n),
    ("hom_lif", False): ("MN", lambda m, n: m * n),
    ("hom_lif", True): ("MN + NN", lambda m, n: m * n + n * n),
}


def counts(engine, root, task, neuron, recurrent):
    """{"hidden1": 20000, "readout": 200}"""
    settings = [f"model.neuron={neuron}", f"model.recurrent={str(recurrent).lower()}"]
    command = [engine, "--config", str(root / f"configs/{task}.toml"), "--dry-run"]
    command += [word for setting in settings for word in ("--set", setting)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root).stdout
    line = re.search(r"^trained parameters: (.*)$", said, re.MULTILINE).group(1)
    return dict(part.split(" ") for part in line.split(", "))


def count_rows(engine, root):
    for (task, inputs, neurons), ((neuron, recurrent), (formula, value)) in itertools.product(NETWORKS, FORMULAS.items()):
        found = counts(engine, root, task, neuron, recurrent)
        yield {"model.recurrent": str(recurrent).lower(), "model.neuron": neuron, "task.name": task, "train.seed": "0",
               "neuron": neuron, "size": f"M = {inputs}, N = {neurons}", "formula": formula,
               "published": str(value(inputs, neurons)), "hidden": found["hidden1"], "readout": found["readout"]}


def write(engine, root):
    rows.write(root / "docs/results/data/table3.csv", list(count_rows(engine, root)))
