"""The first example of docs/python.md runs as it stands."""

import os
import re
from pathlib import Path


def test_the_first_example(capsys) -> None:
    page = (Path(os.environ["HETSYN_SOURCE"]) / "docs" / "python.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    exec(re.search(r"## Start\n.*?```python\n(.*?)```", page, re.DOTALL)[1], names)
    assert names["net"].evaluate(names["x"][500:], names["labels"][500:])["accuracy"] > 0.9
    assert "accuracy" in capsys.readouterr().out
