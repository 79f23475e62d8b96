"""Plugins of tasks in Python, for the program `engine`: ``python -m hetsyn.task_plugin FILE.py --out DIR``."""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
import sysconfig
from pathlib import Path

from hetsyn import _engine
from hetsyn._task_table import table_of
from hetsyn.task import Task, task_name


def load(file: str | Path, name: str = "") -> type[Task]:
    """The task in a file of Python; `name` is its class, needed if there are several."""
    path = Path(file).resolve()
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise _engine.UsageError(f"{file}: expected a file of Python, as mine.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    found = {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Task) and value.__module__ == path.stem
    }
    if name and name in found:
        return found[name]
    if name or len(found) != 1:
        raise _engine.UsageError(
            f"{file}: has the tasks {', '.join(found) or 'none'}; expected {name or 'one, or its name as FILE.py:NAME'}"
        )
    return next(iter(found.values()))


_exported: list[_engine.TaskTable] = []


def export(file: str, name: str) -> int:
    """The address of the table of a task, which stays valid until the process ends. A plugin calls it."""
    table, _ = table_of(load(file, name))
    _exported.append(table)
    return table.address


def make_plugin(file: str | Path, out: str | Path, name: str = "") -> Path:
    """Makes hetsyn_task_NAME.so in the folder `out`: the task for the program `engine`, which it runs in this
    environment's Python. Beside it lies a text that says where file and environment are.
    """
    task = load(file, name)
    table_of(task)  # refuses what the engine would refuse
    library = _python_library()
    path = [str(Path(file).resolve().parent), *(place for place in sys.path if place)]
    code = f"import sys\nsys.path[:] = {path!r}\nfrom hetsyn.task_plugin import export\n"
    code += f"address = export({str(Path(file).resolve())!r}, {task.__name__!r})\n"
    plugin = Path(out) / f"hetsyn_task_{task_name(task)}.so"
    plugin.parent.mkdir(parents=True, exist_ok=True)
    plugin.with_suffix(".python").write_text(f"{library}\n{sys.base_prefix}\n{code}", encoding="utf-8")
    shutil.copy(Path(__file__).parent / "lib" / "hetsyn" / "python_task.so", plugin)
    return plugin


def _python_library() -> Path:
    variables = sysconfig.get_config_vars()
    name = variables.get("INSTSONAME") or ""
    folders = [variables.get("LIBDIR"), variables.get("LIBPL"), f"{sys.base_prefix}/lib"]
    multiarch = variables.get("MULTIARCH")
    folders += [f"{folder}/{multiarch}" for folder in folders if folder and multiarch]
    for folder in folders:
        if folder and ".so" in name and (Path(folder) / name).is_file():
            return Path(folder) / name
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    soname = f"libpython{version}.so.1.0"
    for folder in folders:  # Debian's python3 is linked to none, and has one in a package of its own
        if folder and (Path(folder) / soname).is_file():
            return Path(folder) / soname
    raise _engine.UsageError(
        f"this Python has no shared library {soname}, in which the program could run the task; "
        f"on Debian and Ubuntu: apt-get install libpython{version}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m hetsyn.task_plugin", description="Makes a plugin for the program engine of a task in Python."
    )
    parser.add_argument("task", help="the file, mine.py, or mine.py:Mine where it has several tasks")
    parser.add_argument("--out", default=".", help="the folder for the plugin (default: this one)")
    arguments = parser.parse_args()
    file, _, name = arguments.task.partition(":")
    try:
        plugin = make_plugin(file, arguments.out, name)
    except _engine.Error as error:
        sys.exit(f"hetsyn.task_plugin: {error}")
    print(f"{plugin}: engine --plugin-path {plugin} --task {plugin.stem.removeprefix('hetsyn_task_')} …")


if __name__ == "__main__":
    main()
