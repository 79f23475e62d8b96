"""Searches by successive halving: many settings are trained for a short time, the best of them longer.

SWEEP is a sweep (docs/sweeps.md) whose axes, often random draws, are the settings to choose from. The first stage
trains all of them; each later stage trains the best 1/--keep of the one before, by the mean of the validation metric
over seeds. A stage trains from the beginning, since the schedule of the learning rate spans the whole training. Each
stage is a sweep under --out; called again, the search goes on where it stopped.

    python docs/examples/python/halving.py search.toml --stages train.epochs=3,9,27 --keep 3 --jobs 2 --out runs/search
"""

import argparse
import tomllib
from pathlib import Path
from typing import Any

import hetsyn as hs


def contents(file: Path) -> dict[str, Any]:
    """The sweep as a dict, whose base is found from any directory."""
    sweep = tomllib.loads(file.read_text(encoding="utf-8"))
    if isinstance(sweep.get("base"), str):
        sweep["base"] = file.parent / sweep["base"]
    return sweep


def only(sweep: dict[str, Any], settings: list[dict[str, Any]], seeds: list[int]) -> dict[str, Any]:
    """The sweep with these settings in place of its axes."""
    rest = {key: value for key, value in sweep.items() if key not in ("axes", "zip", "test")}
    together = {key: [each[key] for each in settings] for key in settings[0]}
    return rest | {"axes": {"train.seed": seeds}, "zip": [together]}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sweep", type=Path)
    parser.add_argument("--stages", required=True, metavar="KEY=N,N,…", help="the length of training in each stage")
    parser.add_argument("--keep", type=float, default=3.0, metavar="K", help="a stage keeps 1/K of the settings")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("runs/search"))
    options = parser.parse_args()

    key, _, lengths = options.stages.partition("=")
    sweep = contents(options.sweep)
    for length in map(int, lengths.split(",")):
        stage = hs.sweep(
            sweep, set={key: length}, jobs=options.jobs, out=options.out / f"{key}={length}", progress=True
        )
        ranking = stage.ranking()
        if not ranking:
            raise SystemExit(f"no training of {stage.path} was finished; engine report {stage.path} says why")
        print(f"{key} = {length}: {len(ranking)} settings, best first")
        for row in ranking:
            print(f"  {row['mean']:.4f} of {row['n']} seeds: {row['settings']}")
        best = [row["settings"] for row in ranking[: max(1, round(len(ranking) / options.keep))]]
        seeds = sorted({point["seed"] for point in stage.points})
        sweep = only(sweep, best, seeds)


if __name__ == "__main__":
    main()
