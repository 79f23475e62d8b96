"""Gütig & Sompolinsky's encoder, plainly, in float64: an independent computation of tasks/common/speech."""
import numpy as np

RATE_HZ, WINDOW, HOP, CHANNELS, FLOOR = 16000, 512, 160, 16, 1e-5
THRESHOLDS = np.concatenate([[0.01], np.arange(1, 15) / 15])
MARGIN = 2e-5  # no energy is nearer to a threshold, relative to the maximum: float32 rounds to about 1e-6


def mel(hz):
    return 2595 * np.log10(1 + hz / 700)


def mel_filters():
    """[channel][bin]"""
    corners = 700 * (10 ** (np.linspace(mel(360), mel(8000), CHANNELS + 2) / 2595) - 1)
    bins = np.arange(WINDOW // 2 + 1) * RATE_HZ / WINDOW
    return np.stack([np.interp(bins, corners[i:i + 3], [0, 1, 0]) for i in range(CHANNELS)])


def log_mel_energy(audio):
    """[step][channel]"""
    audio = audio / np.abs(audio).max()
    padded = np.concatenate([np.zeros(WINDOW // 2), audio, np.zeros(WINDOW)])
    window = np.hanning(WINDOW + 1)[:-1]
    starts = range(0, len(audio), HOP)
    power = np.stack([np.abs(np.fft.rfft(window * padded[start:start + WINDOW])) ** 2 for start in starts])
    energy = power @ mel_filters().T
    energy = np.log(energy / energy.max() + FLOOR) - np.log(FLOOR)
    distance = np.arange(len(energy))[:, None] - np.arange(len(energy))[None, :]
    weights = np.where(np.abs(distance) <= 4, np.exp(-distance ** 2 / 2), 0)  # 10 ms are one step
    return weights / weights.sum(axis=1, keepdims=True) @ energy


def spikes(energy):
    """[n, 2] of (step, unit), sorted; and how near the closest decision was, relative to the channel's maximum."""
    found, margin = [], np.inf
    for channel in np.flatnonzero(energy.max(axis=0) >= 1e-3):
        series = energy[:, channel] / energy[:, channel].max()
        above = np.concatenate([np.zeros((1, 15), bool), series[:, None] >= THRESHOLDS])
        for step, threshold in np.argwhere(above[1:] & ~above[:-1]):
            found.append((step, 31 * channel + threshold))
        for step, threshold in np.argwhere(~above[1:] & above[:-1]):
            found.append((step, 31 * channel + 15 + threshold))
        found.append((series.argmax(), 31 * channel + 30))
        second, first = np.sort(series)[-2:]
        margin = min(margin, np.abs(series[:, None] - THRESHOLDS).min(), first - second)
    return np.array(sorted(found), np.uint16), margin
