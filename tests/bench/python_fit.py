"""The cost of training from Python: Network.fit on events in memory against the program on the same recordings.

    python tests/bench/python_fit.py FOLDER

FOLDER has recordings in the format of SHD, in files called *train*.h5 and *test*.h5. Needs h5py. Both train the network
of configs/shd.toml and take turns. The time of a step is what a training of 120 steps takes longer than one of 20, over
100: so starting, reading files and the evaluation at the end do not count. Prints the least of all rounds.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import hetsyn as hs
import numpy as np

ROUNDS, STEPS = 5, (20, 120)
MODEL = {"neuron": "hetsyn_lif", "hidden": [128, 64], "recurrent": True, "dropout": 0.2}
TRAIN = {"epochs": 100, "batch": 32, "learning_rate": 2e-3, "evaluate_every": 100}


def recordings(file):
    """Events of a file in bins of 4 ms up to 1 s, and labels."""
    with h5py.File(file) as data:
        pairs = []
        for times_s, units in zip(data["spikes/times"], data["spikes/units"], strict=True):
            times_ms = np.asarray(times_s, dtype=np.float64) * 1000.0
            pairs.append((times_ms[times_ms < 1000.0], np.asarray(units)[times_ms < 1000.0]))
        return hs.Events.from_times(pairs, duration_ms=1000.0, dt_ms=4.0, inputs=700), np.asarray(data["labels"])


def fit(x, y, steps):
    net = hs.Network([700, *MODEL["hidden"], int(y.max()) + 1], **{k: v for k, v in MODEL.items() if k != "hidden"})
    net.fit(x, y, max_steps=steps, **TRAIN)


def program(train_file, test_file, steps):
    values = {f"model.{key}": value for key, value in MODEL.items()}
    values |= {f"train.{key}": value for key, value in TRAIN.items()} | {"train.max_steps": steps}
    values |= {
        "task.path": str(train_file.parent),
        "task.train_file": train_file.name,
        "task.test_file": test_file.name,
    }
    settings = [f"--set={key}={json.dumps(value)}" for key, value in values.items()]
    engine = Path(hs.__file__).parent / "bin" / "engine"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([engine, "--task", "shd", "--out", f"{folder}/run", "--quiet", *settings], check=True)


def step_ms(train):
    """Milliseconds of a step of `train`, a function of the number of steps."""
    seconds = []
    for steps in STEPS:
        start = time.perf_counter()
        train(steps)
        seconds.append(time.perf_counter() - start)
    return 1000.0 * (seconds[1] - seconds[0]) / (STEPS[1] - STEPS[0])


def main():
    train_file, test_file = (next(Path(sys.argv[1]).resolve().glob(f"*{split}*.h5")) for split in ("train", "test"))
    x, y = recordings(train_file)
    best = {"program": np.inf, "Network.fit": np.inf}
    for _ in range(ROUNDS):
        best["program"] = min(best["program"], step_ms(lambda steps: program(train_file, test_file, steps)))
        best["Network.fit"] = min(best["Network.fit"], step_ms(lambda steps: fit(x, y, steps)))
    print("| | step (ms) | against the program |\n|---|---|---|")
    for name, value in best.items():
        print(f"| {name} | {value:.1f} | {value / best['program']:.3f} × |")


if __name__ == "__main__":
    main()
