"""Nothing that is given to the package crashes the interpreter."""

import datetime
import subprocess
import sys
from pathlib import Path

import hetsyn as hs
import numpy as np
import pytest


def test_strange_values_end_in_exceptions() -> None:
    attack = Path(__file__).parent / "attack.py"
    done = subprocess.run([sys.executable, attack, "7", "300"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "SystemError" not in done.stdout


@pytest.mark.parametrize("value", [np.datetime64("2020"), datetime.datetime(2020, 1, 1), object(), b"abc"])
def test_what_a_configuration_cannot_hold(value: object) -> None:
    with pytest.raises(TypeError, match="a configuration cannot hold"):
        hs.Network([3, 4, 2], threshold=value)


def test_arrays_are_lists_in_a_configuration_and_large_integers_out_of_range() -> None:
    net = hs.Network([3, 4, 2], threshold=np.float32(0.5), dropout=np.array(0.25))
    assert (net.model["threshold"], net.model["dropout"]) == (0.5, 0.25)
    with pytest.raises(hs.ConfigError, match="expected a number"):
        hs.Network([3, 4, 2], dropout=2**64)
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(RecursionError):
        hs.Network([3, 4, 2], threshold=endless)


def test_a_gradient_of_another_shape_or_type_is_refused() -> None:
    net = hs.Network([3, 4, 2])
    done = net.forward(np.ones((2, 5, 3), bool))
    with pytest.raises(hs.DataError, match=r"d_readout has the shape \[5, 2, 2\]; expected \[2, 5, 2\]"):
        done.backward(np.zeros((5, 2, 2)))
    with pytest.raises(hs.DataError, match="d_readout: dtype datetime64"):
        done.backward(np.datetime64("2020"))
    done.backward(np.zeros((2, 5, 2)))  # float64 is converted


def test_what_the_system_refuses_is_an_error_of_the_run() -> None:
    with pytest.raises(hs.RunError, match="File name too long"):
        hs.train("x" * 1000)
