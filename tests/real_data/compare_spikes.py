#!/usr/bin/env python3
"""Are the spikes of two encodings of the same recordings distributed alike? usage: compare_spikes.py OURS FOLDER

The auditory nerve is random, so two encodings of a recording differ. Were spikes independent, the difference of two counts
a and b would have the deviation sqrt(a + b); they are less than that, as cells are refractory: 0.7 of it per recording and
0.85 per unit were measured over 300 recordings. So z = (a - b) / sqrt(a + b) is held to these bounds, which a right encoder
misses once in thousands of runs, and which a loudness that is wrong by 3 % or a pitch that is wrong by 2 % breaks.
"""
import sys

import h5py
import numpy as np

RECORDING_WORST = 4.0   # 5.7 deviations
RECORDING_RMS = 0.95    # of 60 recordings
GROUP_WORST = 3.5       # of 14 groups of 50 units: 4 deviations
UNIT_RMS = 0.95         # of 700 units
RECORDINGS = 60


def counts(file, row):
    return np.bincount(file["spikes/units"][row], minlength=700)


def rms(values):
    return np.sqrt(np.mean(np.square(values)))


def z(a, b):
    return (a - b) / np.sqrt(np.maximum(a + b, 1))


ours = h5py.File(sys.argv[1])
theirs = h5py.File(f"{sys.argv[2]}/fsdd_shd_test.h5")
names = [line.strip() for line in open(f"{sys.argv[2]}/test_filenames.txt")]
chosen = sorted(name for name in names if name.endswith("_0.wav"))  # the order in which they were encoded
assert len(chosen) == len(ours["labels"]) == RECORDINGS, (len(chosen), len(ours["labels"]))
a = np.stack([counts(ours, row) for row in range(RECORDINGS)]).astype(float)
b = np.stack([counts(theirs, names.index(name)) for name in chosen]).astype(float)

recordings, units = z(a.sum(1), b.sum(1)), z(a.sum(0), b.sum(0))
groups = z(a.sum(0).reshape(14, 50).sum(1), b.sum(0).reshape(14, 50).sum(1))
print(f"spikes {a.sum():.0f} and {b.sum():.0f}")
failed = False
for name, value, bound in [("recording, worst z", np.abs(recordings).max(), RECORDING_WORST),
                           ("recording, rms of z", rms(recordings), RECORDING_RMS),
                           ("50 units, worst z", np.abs(groups).max(), GROUP_WORST),
                           ("unit, rms of z", rms(units), UNIT_RMS)]:
    print(f"{name:20} {value:.3f}, at most {bound}")
    failed = failed or not value <= bound
sys.exit(1 if failed else 0)
