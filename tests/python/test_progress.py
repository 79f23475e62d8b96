"""Progress of a training: in a kernel of Jupyter, in a terminal, and in a file."""

import io
from pathlib import Path

import hetsyn as hs
import pytest

SMALL = {
    "model.hidden": [8],
    "train.iterations": 24,
    "train.iterations_per_epoch": 6,
    "train.batch": 4,
    "train.evaluation_samples": 16,
}
CELL = f"""
import logging
import hetsyn as hs
run = hs.train(task="dms", set={SMALL}, out="run", callbacks=[hs.Progress()])
"""


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_has_one_line(tmp_path: Path) -> None:
    terminal = FakeTerminal()
    hs.train(task="dms", set=SMALL, out=tmp_path / "run", callbacks=[hs.Progress(terminal)])
    text = terminal.getvalue()
    assert text.count("\n") == 1
    assert text.endswith("\n")
    last = text.split("\r")[-1]
    assert last.startswith("█" * 20 + " epoch 4, step 24/24, loss ")
    assert len(last.rstrip("\n")) < 80  # the width of no terminal


def test_a_training_that_is_stopped_ends_the_line(tmp_path: Path) -> None:
    class Stop(hs.Callback):
        def on_step(self, step: hs.callbacks.Step) -> None:
            if step.step == 2:
                raise hs.StopTraining

    terminal = FakeTerminal()
    hs.train(task="dms", set=SMALL, out=tmp_path / "run", callbacks=[hs.Progress(terminal), Stop()])
    assert terminal.getvalue().endswith("\n")


def test_a_file_has_a_line_for_each_epoch(tmp_path: Path) -> None:
    with open(tmp_path / "progress.txt", "w") as file:
        hs.train(task="dms", set=SMALL, out=tmp_path / "run", callbacks=[hs.Progress(file)])
    text = (tmp_path / "progress.txt").read_bytes().decode()
    assert "\r" not in text
    lines = text.splitlines()
    assert len(lines) == 4
    assert lines[3].startswith("epoch 4, step 24/24, loss ")
    assert "test accuracy" in lines[3]


def test_a_notebook_has_one_bar(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat")
    nbclient = pytest.importorskip("nbclient", reason="nbclient")
    pytest.importorskip("ipykernel", reason="a kernel of Jupyter")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL), nbformat.v4.new_code_cell("run.path")])
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = notebook.cells[0].outputs
    assert [each.output_type for each in outputs] == ["display_data"]
    content = outputs[0].data
    assert '<progress value="24" max="24"' in content["text/html"]
    assert content["text/plain"].startswith("epoch 4, step 24/24, loss ")
    assert "test accuracy" in content["text/plain"]
