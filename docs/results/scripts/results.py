"""bin/results: the page docs/results.md and what it is made of. Called with the root of the repository first."""
import argparse
import sys
from pathlib import Path

import collect
import count
import draw
import figures
import page
import rows


def collect_sweeps(root, directories, engine):
    folder = root / "docs/results"
    for directory in directories or sorted((root / "runs/paper").glob("*/")):
        name = Path(directory).resolve().name
        file = folder / "data" / f"{name}.csv"
        new = collect.sweep_rows(directory, page.section_of_sweep(folder, name).get("collect", {}), engine)
        rows.write(file, rows.merge(rows.read(file), new))
        print(f"{file}: {len(rows.read(file))} rows, {len(new)} of them from {directory}")


def print_tables(root, directories, engine):
    """What the page would show of these directories alone; nothing is written."""
    for directory in directories:
        name = Path(directory).resolve().name
        section = page.section_of_sweep(root / "docs/results", name)
        rows_here = collect.sweep_rows(directory, section.get("collect", {}), engine)
        found = [{**row, "experiment": name} for row in rows_here]
        print(page.runs_text(section, found) + page.tables_markdown(section, found), end="")


def write_page(root, check):
    file = root / "docs/results.md"
    text = page.page(root / "docs/results")
    if not check:
        file.write_text(text, encoding="utf-8")
    elif file.read_text(encoding="utf-8") != text:
        raise SystemExit("results: docs/results.md is not what docs/results generates; run bin/results page")


def complete_seeds(found):
    """Seeds with as many rows as the seed that has most."""
    counts = {}
    for row in found:
        counts[int(row["train.seed"])] = counts.get(int(row["train.seed"]), 0) + 1
    return sorted(seed for seed, count in counts.items() if count == max(counts.values()))


def print_status(root):
    folder = root / "docs/results"
    for file in sorted((root / "configs/paper").glob("*.toml")):
        seeds = complete_seeds(rows.read(folder / "data" / f"{file.stem}.csv"))
        following = next(seed for seed in range(len(seeds) + 1) if seed not in seeds)
        print(f"{file.stem:<22} {len(seeds):>3} seeds, first missing: {following}")


def draw_figures(root):
    draw.draw(root, figures.all_figures(root / "docs/results"), root / "docs/figures")


def parser_of_options():
    parser = argparse.ArgumentParser(prog="bin/results", description=__doc__.partition(" Called")[0])
    parser.add_argument("--engine", help="the program that counts and analyses (default: bin/engine)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    collecting = verbs.add_parser("collect", help="take over the finished points of sweeps (default: runs/paper/*)")
    collecting.add_argument("sweep", nargs="*", help="a sweep's directory, whose name is that of its file in configs/paper")
    showing = verbs.add_parser("table", help="print the page's tables of sweeps alone, and write nothing")
    showing.add_argument("sweep", nargs="+", help="as for collect")
    verbs.add_parser("count", help="count the trained parameters of Table 3")
    writing = verbs.add_parser("page", help="write docs/results.md")
    writing.add_argument("--check", action="store_true", help="write nothing; fail where it is not what it would be")
    verbs.add_parser("figures", help="draw all of docs/figures")
    verbs.add_parser("status", help="show which seeds of each experiment the page has")
    return parser


def run(root, options):
    engine = options.engine or str(root / "bin/engine")
    if options.verb == "collect":
        collect_sweeps(root, options.sweep, engine)
    elif options.verb == "table":
        print_tables(root, options.sweep, engine)
    elif options.verb == "count":
        count.write(engine, root)
    elif options.verb == "page":
        write_page(root, options.check)
    elif options.verb == "figures":
        draw_figures(root)
    else:
        print_status(root)


if __name__ == "__main__":
    try:
        run(Path(sys.argv[1]), parser_of_options().parse_args(sys.argv[2:]))
    except (collect.NotASweep, OSError) as error:
        raise SystemExit(f"results: {error}") from None
