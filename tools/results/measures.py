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


def number(value, digits):
    if value != 0 and abs(value) < 10 ** -digits:
        return f"{value:.2g}"
    return f"{value:.{digits}f}"


def mean(rows, column, scale=1.0, digits=3):
    values = [scale * value for value in per_seed(rows, column)]
    if not values:
        return "–"
    if len(values) == 1:
        return number(values[0], digits)
    return f"{number(statistics.fmean(values), digits)} ± {number(statistics.stdev(values), digits)}"


def median(rows, column, scale=1.0, digits=0):
    """With the number of seeds that have none, where there are such."""
    values = [scale * value for value in per_seed(rows, column)]
    never = len({row["train.seed"] for row in rows}) - len(values)
    shown = number(statistics.median(values), digits) if values else "–"
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


def mean_curve(rows):
    """Mean and standard deviation over seeds of the learning curves: [(step, mean, s.d.)]."""
    values = defaultdict(list)
    for row in rows:
        for point in row.get("curve", "").split():
            step, value = point.split(":")
            values[int(step)].append(float(value))
    spread = lambda some: statistics.stdev(some) if len(some) > 1 else math.nan
    return [(step, statistics.fmean(values[step]), spread(values[step])) for step in sorted(values)]
