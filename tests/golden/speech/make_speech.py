#!/usr/bin/env python3
"""Writes the golden files of the speech encoders (../data/speech/*.h5).

  make_speech.py           draw audio, encode it with the plain implementations beside this file, write
  make_speech.py --check   encode the audio of the files again and compare
"""
import argparse
import json
import pathlib
import sys

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error}", file=sys.stderr)
    sys.exit(77)

import lauscher
import lyon_bsa
import threshold_crossing

DATA = pathlib.Path(__file__).parent.parent / "data" / "speech"


def draw_audio(rng, rate_hz, duration_s):
    """Three gliding tones with separate envelopes, and a burst of noise; float32, as the encoders get it."""
    time = np.arange(int(rate_hz * duration_s)) / rate_hz
    audio = np.zeros_like(time)
    for low_hz, high_hz in [(150, 900), (800, 2500), (2000, 0.4 * rate_hz)]:
        start_hz, end_hz = rng.uniform(low_hz, high_hz, 2)
        phase = 2 * np.pi * np.cumsum(np.linspace(start_hz, end_hz, len(time))) / rate_hz
        centre, width = rng.uniform(0.2, 0.8) * duration_s, rng.uniform(0.1, 0.3) * duration_s
        audio += rng.uniform(0.1, 0.4) * np.exp(-((time - centre) / width) ** 2) * np.sin(phase)
    burst = (time > 0.6 * duration_s) & (time < 0.75 * duration_s)
    return (audio + 0.02 * burst * rng.normal(size=len(time))).astype(np.float32)


def compute_threshold_crossing(audio):
    energy = threshold_crossing.log_mel_energy(audio.astype(np.float64))
    spikes, margin = threshold_crossing.spikes(energy)
    return {"energy": energy, "spikes": spikes}, margin


def compute_lyon_bsa(audio):
    rates, spikes, margin = lyon_bsa.encode(audio.astype(np.float64))
    return {"rates": rates, "spikes": spikes}, margin


def compute_membrane(audio):
    places = np.linspace(0, 3.5, 32)
    frequencies_hz = np.array([2.0, 60.0, 100.0, 473.0, 1000.0, 4000.0, 12000.0, 23000.0])
    tones = np.stack([lauscher.membrane_velocity(frequency_hz, places) for frequency_hz in frequencies_hz])
    motion = lauscher.membrane_motion(audio.astype(np.float64), 48000, places, 486)  # 481 steps, padded to 2 · 3⁵
    return {"frequencies_hz": frequencies_hz, "tones_real": tones.real, "tones_imaginary": tones.imag,
            "motion": motion}, np.inf


def compute_cells(audio):
    """Hair cells moved by the audio at 32 loudnesses; bushy cells that get as many spikes as are expected, rounded."""
    step_s = 1 / 24000
    velocity = audio[:, None].astype(np.float64) * np.linspace(0, 500, 32)
    probability = lauscher.hair_cell(velocity, step_s)
    arrivals = np.diff(np.floor(np.cumsum(40 * probability, axis=0)), axis=0)
    spikes, margin = lauscher.bushy_cells(arrivals, step_s)
    return {"probability": probability, "arrivals": arrivals.astype(np.uint16), "spikes": spikes}, margin


# name: (rate, seconds, function from audio to arrays and the margin of its closest decision, smallest margin)
CASES = {
    "threshold_crossing": (16000, 0.4, compute_threshold_crossing, threshold_crossing.MARGIN),
    "lyon_bsa": (12500, 0.2, compute_lyon_bsa, 2e-5),
    "membrane": (48000, 0.02, compute_membrane, 0.0),
    "cells": (24000, 0.03, compute_cells, 1e-5),
}


def write(name):
    rate_hz, duration_s, compute, smallest_margin = CASES[name]
    for seed in range(1000):
        audio = draw_audio(np.random.default_rng(seed), rate_hz, duration_s)
        arrays, margin = compute(audio)
        if margin >= smallest_margin:
            break
    else:
        raise SystemExit(f"{name}: no seed keeps every decision clear of rounding")
    DATA.mkdir(exist_ok=True)
    with h5py.File(DATA / f"{name}.h5", "w") as file:
        file.attrs["case"] = np.bytes_(json.dumps({"rate_hz": rate_hz}))
        file["audio"] = audio
        for key, values in arrays.items():
            stored = values.astype(np.float32) if values.dtype == np.float64 else values
            file.create_dataset(key, data=stored, compression="gzip")
    print(f"{name}: seed {seed}, margin {margin:.1e}")


def check(name):
    with h5py.File(DATA / f"{name}.h5") as file:
        arrays, _ = CASES[name][2](file["audio"][:])
        for key, values in arrays.items():
            # The files hold float32, which rounds to 6e-8 of a value.
            np.testing.assert_allclose(file[key][:], values, rtol=1e-6, atol=1e-7 * np.abs(values).max(), err_msg=key)
    print(f"{name}: as in the file")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*", default=list(CASES))
    arguments = parser.parse_args()
    for name in arguments.names:
        (check if arguments.check else write)(name)
