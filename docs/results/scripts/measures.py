"""What the rows of one condition say: mean ± s.d., a success rate, a median."""
import math
import operator
import re
import statistics
from collections import defaultdict

import conditions

COMPARISONS = {">=": operator.ge, "<=": operator.le}


# Student's t at 97.5 %, for 1, 2, … degrees of freedom.
STUDENT_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110,
             2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042)


def by_seed(rows, column):
    """One value per training seed: its mean over all else that is drawn, such as damage. Empty cells do not count."""
    values = defaultdict(list)
    for row in rows:
        if row.get(column):
            values[int(row["train.seed"])].append(float(row[column]))
    return {seed: statistics.fmean(values[seed]) for seed in sorted(values)}


def per_seed(rows, column):
    return list(by_seed(rows, column).values())


def mean(rows, column, scale=1.0, digits=3):
    values = [scale * value for value in per_seed(rows, column)]
    if not values:
        return "–"
    centre = f"{statistics.fmean(values):.{digits}f}"
    if len(values) == 1 or (digits == 0 and len(set(values)) == 1):  # a count that is the same in all
        return centre
    return f"{centre} ± {statistics.stdev(values):.{digits}f}"


def difference(rows, column, of, less, scale=1.0, digits=1):
    """Mean over the seeds that both have of `of` less `less`, with its 95 % interval by Student's t."""
    first, second = (by_seed(conditions.matching(rows, where), column) for where in (of, less))
    values = [scale * (first[seed] - second[seed]) for seed in first.keys() & second.keys()]
    if not values:
        return "–"
    centre = statistics.fmean(values)
    if len(values) == 1:
        return f"{centre:+.{digits}f}"
    t = STUDENT_T[min(len(values) - 1, len(STUDENT_T)) - 1]  # of 30 degrees for more of them: a little too wide
    half = t * statistics.stdev(values) / math.sqrt(len(values))
    return f"{centre:+.{digits}f} [{centre - half:.{digits}f}, {centre + half:.{digits}f}]"


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
    """The cell of a column of a table's description: {mean = "metric.mse", scale = 100, digits = 2}, or
    {difference = "metric.mse", of = { model = "HetSynLIF" }, less = { model = "HetNeuLIF" }}.
    """
    options = {key: column[key] for key in ("scale", "digits") if key in column}
    if "text" in column:
        return rows[0][column["text"]]
    if "success" in column:
        return success(rows, column["success"])
    if "difference" in column:
        return difference(rows, column["difference"], column["of"], column["less"], **options)
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
