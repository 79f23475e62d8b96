"""Rows: the finished points of a sweep as a small CSV file that is kept in the repository.

A row is a dictionary of texts. Its settings (the sweep's axes, seeds among them) say which point it is; the other columns
are what came out. Rows of several machines merge: a row replaces the one with the same settings.
"""
import csv
import io
from pathlib import Path

SETTING = ("model.", "train.", "task.", "augment.", "perturb.")


def is_setting(column):
    return column.startswith(SETTING)


def identity(row):
    """What tells a row from the others; an absent setting is an empty one."""
    return tuple(sorted((column, text) for column, text in row.items() if is_setting(column) and text))


def read(path):
    path = Path(path)
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def merge(old, new):
    """Rows of both, in the order in which they came; of one identity, the new one."""
    return list({identity(row): row for row in [*old, *new]}.values())


def text_of(rows):
    columns = sorted({column for row in rows for column in row}, key=lambda column: (not is_setting(column), column))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: (int(row["train.seed"]), identity(row))))
    return out.getvalue()


def write(path, rows):
    """In one step: a reader sees the old file or the new one."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text_of(rows), encoding="utf-8")
    unfinished.replace(path)
