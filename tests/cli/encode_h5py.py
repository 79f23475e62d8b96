#!/usr/bin/env python3
"""engine encode, read by h5py as programs for SHD read it. usage: encode_h5py.py ENGINE"""
import pathlib
import subprocess
import sys
import tempfile
import wave

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

TONES_HZ = {"lang-english_speaker-01_trial-0_digit-3": 400, "lang-german_speaker-00_trial-7_digit-0": 1000}

with tempfile.TemporaryDirectory() as directory:
    directory = pathlib.Path(directory)
    for name, frequency_hz in TONES_HZ.items():
        samples = 8000 * np.sin(2 * np.pi * frequency_hz * np.arange(4000) / 20000)
        with wave.open(str(directory / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 20000, 0, "NONE", ""))
            file.writeframes(samples.astype("<i2").tobytes())
    subprocess.run([sys.argv[1], "encode", directory, "--label-pattern", "shd", "--out", directory / "spikes.h5"],
                   check=True)
    with h5py.File(directory / "spikes.h5") as file:
        assert file.attrs["encoder"] == b"lauscher 1 units=700 rms=0.3 seed=0", file.attrs["encoder"]
        assert list(file["extra/keys"][:]) == [b"english-3", b"german-0"]
        assert list(file["extra/meta_info/name"][:]) == [b"00", b"01"]
        assert list(file["extra/meta_info/gender"][:]) == [b"unknown"] * 2
        for name in ("labels", "extra/speaker", "extra/meta_info/age", "extra/meta_info/body_height"):
            assert file[name].dtype == np.uint16 and len(file[name]) == 2, name
        assert list(file["labels"][:]) == [0, 1] and list(file["extra/speaker"][:]) == [1, 0]
        times, units = file["spikes/times"], file["spikes/units"]
        for row in range(2):
            assert times[row].dtype == np.float16 and units[row].dtype == np.uint16
            assert len(times[row]) == len(units[row]) > 100
            assert (np.diff(times[row].astype(float)) >= 0).all() and 0 <= times[row][0] and times[row][-1] < 0.21
            assert units[row].max() < 700
        # Unit 0 hears the highest frequencies: the tone of 400 Hz lies further on than that of 1000 Hz.
        assert np.median(units[0]) > np.median(units[1]) + 50
print("read by h5py", h5py.__version__)
