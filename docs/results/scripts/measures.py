"""What the rows of one condition say: mean ± s.d., a success rate, a median."""
import math
import operator
import re
import statistics
from collections import defaultdict

COMPARISONS = {">=": operator.ge, "<=": operator.le}


def per_seed(rows, column):
    """One value per training seed: its mean over all else that is drawn, such as damage. Empty cells do not count."""
    values = defaultdict(list)
    for row in rows:
        if row.get(column):
            values[int(row["train.seed"])].append(float(row[column]))
    return [statistics.fmean(values[seed]) for seed in sorted(values)]


def mean(rows, column, scale=1.0, digits=3):
    values = [scale * value for value in per_seed(rows, column)]
    if not values:
        return "–"
    centre = f"{statistics.fmean(values):.{digits}f}"
    if len(values) == 1 or (digits == 0 and len(set(values)) == 1):  # a count that is the same in all
        return centre
    return f"{centre} ± {statistics.stdev(values):.{digits}f}"


def median(rows, column, scale=1.0, digits=0):
    """Of all seeds; those that have no value count as later than all others, and are told."""
    if not rows:
        return "–"
    values = [scale * value for value in per_seed(rows, column)]
    never = len({row["train.seed"] for row in rows}) - len(values)
    middle = statistics.median(values + [math.inf] * never)
    shown = f"{middle:.{digits}f}" if math.isfinite(middle) else "–"
    return shown + (f" ({never} never)" if never else "")


def success(rows, criterion):
    """Percentage of seeds that meet "metric.accuracy>=0.9"."""
    column, comparison, bound = re.fullmatch(r"(\S+?)(>=|<=)(\S+)", criterion).groups()
    values = per_seed(rows, column)
    if not values:
        return "–"
    return f"{100 * sum(COMPARISONS[comparison](value, float(bound)) for value in values) / len(values):.0f} %"


def count(rows):
    """Of seeds."""
    return len({row["train.seed"] for row in rows})


def measure(rows, column):
    """The cell of a column of a table's description: {mean = "metric.mse", scale = 100, digits = 2}."""
    options = {key: column[key] for key in ("scale", "digits") if key in column}
    if "text" in column:
        return rows[0][column["text"]]
    if "success" in column:
        return success(rows, column["success"])
    if "median" in column:
        return median(rows, column["median"], **options)
    return mean(rows, column["mean"], **options)


def median_curve(rows):
    """Median over seeds of the learning curves, as [(step, value)]: a burst of error in one network does not hide the others."""
    values = defaultdict(list)
    for row in rows:
        for point in row.get("curve", "").split():
            step, value = point.split(":")
            values[int(step)].append(float(value))
    return [(step, statistics.median(values[step])) for step in sorted(values)]
