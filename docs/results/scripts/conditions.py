"""Names of conditions, and the rows that belong to them."""
import json
from collections import defaultdict

MODELS = {"hom_lif": "HomNeuLIF", "hom_alif": "HomNeuALIF", "het_lif": "HetNeuLIF", "hetsyn_lif": "HetSynLIF"}
TRAINED = {"decay": "r", "tau": "τ", "log_tau": "ln τ", "logit": "logit r"}
TITLES = {"model": "model", "model.recurrent": "network", "model.hidden": "neurons", "task.background_hz": "noise, Hz",
          "task.delay_ms": "delay, ms", "task.addition_hz": "noise, Hz", "train.learning_rate": "learning rate",
          "model.frozen_decay_fraction": "masked", "model.tau_synapse_ms": "initial τ, ms",
          "model.weight_gain": "gain of the weights", "train.decay_learning_rate_scale": "rate of the decays",
          "train.decay_parameter": "trained",
          "perturb.deletion": "deleted", "data": "data", "size": "size", "train.protocol": "protocol",
          "selected_on": "epoch selected on"}


def model(row):
    adapts = row.get("model.adaptation") == "true" and row["neuron"] == "hetsyn_lif"
    return MODELS[row["neuron"]] + (" + adaptation" if adapts else "")


def value(row, key):
    """What a row has for a key, for people."""
    if key == "model":
        return model(row)
    text = row.get(key, "")
    if key == "data":
        return text + (" (stand-in)" if row["standin"] == "true" else "")
    if key == "model.recurrent":
        return "recurrent" if text == "true" else "feed-forward"
    if key == "train.decay_parameter":
        return TRAINED[text or "decay"]
    if key == "model.tau_synapse_ms":
        drawn = json.loads(text)
        return f"{drawn['normal'][0]:g}" if "normal" in drawn else "{:g} to {:g}".format(*drawn["uniform"])
    return text.strip("[]")


def matching(rows, where):
    """Rows with these values: 2.0 is the "2" of a file; "" is an absent setting."""
    def same(text, wanted):
        try:
            return float(text) == float(wanted)
        except ValueError:
            return text == (json.dumps(wanted) if isinstance(wanted, bool) else str(wanted))
    return [row for row in rows if all(same(value(row, key) if key == "model" else row.get(key, ""), wanted)
                                       for key, wanted in where.items())]


def grouped(rows, keys):
    """Rows by their values of the keys, in the order of the models, then of the numbers."""
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(value(row, key) for key in keys)].append(row)
    return dict(sorted(groups.items(), key=lambda group: [rank(text) for text in group[0]]))


def rank(text):
    names = list(MODELS.values())
    if text in names:
        return (0, names.index(text), "")
    try:
        return (1, float(text), "")
    except ValueError:
        return (2, 0.0, text)
