"""Collects the finished points of sweep directories into the CSV files of docs/results."""
import json
import subprocess
from pathlib import Path

import rows

COSTS = ("spikes", "synaptic_operations", "decay_updates")
TAU = ("median_ms", "mean_ms", "of_mean_decay_ms", "long_fraction", "clamped_low", "clamped_high", "mean_change")


class NotASweep(Exception):
    pass


def text(value):
    """Six digits are enough for any table; null, which stands for infinity and for nothing, is empty."""
    if value is None:
        return ""
    if isinstance(value, bool) or isinstance(value, (list, dict)):
        return json.dumps(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def point_row(point):
    training = point["training"]
    row = {key: text(value) for key, value in point["settings"].items()}
    row.update({"neuron": point["neuron"], "data": point["data"]["name"], "standin": text(point["data"]["standin"])})
    row.update({"parameters": text(point["parameters"]), "steps": text(training["steps"])})
    row["training_seconds"] = f"{training['seconds']:.1f}"
    metrics = {name: value for name, value in point["metrics"].items() if not name.startswith("firing_rate_hz_")}
    row.update({f"metric.{name}": text(value) for name, value in metrics.items()})
    return row


def training_curve(run, metric):
    """"50:0.26 100:0.21": the metric's mean over the steps since the one before. On drawn samples each is fresh."""
    points = []
    for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        points.append(f"{record['step']}:{record['train'][metric]:.4g}")
    return " ".join(points)


def analysis(engine, run, wanted):
    """What engine analyse says of a run: steps to a criterion, and time constants at the end."""
    command = [engine, "analyse", str(run), "--json", "--checkpoint", wanted["checkpoint"]]
    for option in ("groups", "criterion", "window", "bins"):
        if option in wanted:
            command += [f"--{option}", str(wanted[option])]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["runs"][0]


def analysis_columns(engine, run, wanted):
    found = analysis(engine, run, wanted)
    row = {}
    if "criterion" in wanted:
        row["criterion_step"] = text(found["criterion_step"])
    for decays in found["decays"]:
        name = "tau." + decays["name"].replace(" ", ".")
        last = decays["snapshots"][-1]
        if wanted.get("tau"):
            row.update({f"{name}.{measure}": text(last[measure]) for measure in TAU})
        if "bins" in wanted:
            row[f"{name}.histogram"] = " ".join(str(count) for count in decays["histogram"]["counts"])
    return row


def selecting_samples(summary):
    """On what the epoch was selected, for people."""
    if summary["selection"]["split"] == "test":
        return "test set"
    return {"groups": "held-out groups", "samples": "held-out samples"}.get(summary["hold_out"]["by"], "validation split")


def epoch_columns(summary, metric):
    """The last and the best epochs, and what the metric is on the test set in each; empty where there is no such epoch."""
    row = {"selected_on": selecting_samples(summary)}
    row.update({f"epoch.{epoch}": text(number) for epoch, number in summary["epoch"].items()})
    row.update({f"test.{epoch}": text(value) for epoch, value in summary["metrics"]["test"][metric].items()})
    return row


def run_columns(engine, run, wanted):
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    row = {"protocol": summary["protocol"]}
    if "epochs" in wanted:
        row.update(epoch_columns(summary, wanted["epochs"]))
    if "curve" in wanted:
        row["curve"] = training_curve(run, wanted["curve"])
    if {"criterion", "tau", "bins"} & wanted.keys():
        row.update(analysis_columns(engine, run, wanted))
    return row


def sweep_rows(directory, wanted, engine):
    """Rows of all finished points; what belongs to a network and not to its damage stands in its first row alone."""
    directory = Path(directory)
    plan = directory / "plan.json"
    if not plan.exists():
        raise NotASweep(f"{directory}: is not a sweep directory (it has no plan.json)")
    content = json.loads(plan.read_text(encoding="utf-8"))
    wanted = {**wanted, "checkpoint": content["checkpoint"]}
    found, seen = [], set()
    for planned in content["points"]:
        file = directory / "points" / f"{planned['hash']}.json"
        if not file.exists():
            continue
        point = json.loads(file.read_text(encoding="utf-8"))
        row = point_row(point)
        if point["model"] not in seen:
            seen.add(point["model"])
            row.update({f"cost.{name}": text(point["per_inference"][name]) for name in COSTS})
            row.update(run_columns(engine, directory / "models" / point["model"], wanted))
        found.append(row)
    return found
