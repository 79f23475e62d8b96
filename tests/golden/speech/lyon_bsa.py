"""Lyon's passive ear and BSA, plainly, in float64: an independent computation of tasks/common/speech.

Channel frequencies are those of the closed expression in Slaney's reports, filters are built from their poles and zeros,
and every channel is filtered over the whole recording before the next.
"""
import numpy as np

EAR_Q, STEP, BREAK_HZ = 8.0, 0.25, 1000.0


def channel_frequencies(rate_hz):
    half = rate_hz / 2
    top = half - np.sqrt(half ** 2 + BREAK_HZ ** 2) / EAR_Q * STEP * 0.5
    low = BREAK_HZ / np.sqrt(4 * EAR_Q ** 2 - 1)
    low, high = (f + np.sqrt(f ** 2 + BREAK_HZ ** 2) for f in (low, top))
    count = int(EAR_Q / STEP * np.log(high / low))
    growth = np.exp(np.arange(1, count + 1) * STEP / EAR_Q)
    return top, 0.5 * (high / growth - growth * BREAK_HZ ** 2 / high)


def pair(frequency_hz, quality, rate_hz):
    """Polynomial with a complex pair of roots."""
    root = np.exp(-np.pi * frequency_hz / quality / rate_hz
                  + 2j * np.pi * frequency_hz / rate_hz * np.sqrt(1 - 1 / (4 * quality ** 2)))
    return np.poly([root, np.conj(root)]).real


def scaled(b, a, gain, frequency_hz, rate_hz):
    z = np.exp(2j * np.pi * frequency_hz / rate_hz)
    return np.asarray(b) * gain / abs(np.polyval(b, z) / np.polyval(a, z)), np.asarray(a, float)


def filters(rate_hz):
    """(b, a) with three coefficients each, highest power of z first"""
    top, frequencies = channel_frequencies(rate_hz)
    width = np.sqrt(frequencies ** 2 + BREAK_HZ ** 2) / EAR_Q
    zeros = frequencies + width * STEP * 1.5
    gains = np.concatenate([frequencies[:1] / frequencies[1:2], frequencies[:-1] / frequencies[1:]])
    bank = [scaled([0, 1, -np.exp(-2 * np.pi * 300 / rate_hz)], [1, 0, 0], 1, rate_hz / 4, rate_hz),
            scaled([1, 0, -1], pair(top, frequencies[0] / width[0], rate_hz), 1, rate_hz / 4, rate_hz)]
    for f, w, z, gain in zip(frequencies, width, zeros, gains):
        bank.append(scaled(pair(z, 5 * z / w, rate_hz), pair(f, f / w, rate_hz), gain, 0, rate_hz))
    return bank


def run_filter(b, a, x):
    y = np.zeros(len(x) + 2)
    padded = np.concatenate([[0, 0], x])
    for n in range(2, len(y)):
        y[n] = b[0] * padded[n] + b[1] * padded[n - 1] + b[2] * padded[n - 2] - a[1] * y[n - 1] - a[2] * y[n - 2]
    return y[2:]


def gain_control(x, target, time_s, rate_hz):
    """[step][channel]"""
    share = 1 - np.exp(-1 / (time_s * rate_hz))
    state, out = np.zeros(x.shape[1]), np.empty_like(x)
    for step, values in enumerate(x):
        out[step] = np.abs(values * (1 - state))
        neighbours = np.pad(state, 1, mode="edge")
        mean = (neighbours[:-2] + neighbours[1:-1] + neighbours[2:]) / 3
        state = np.minimum(share / target * out[step] + (1 - share) * mean, 0.9)
    return out


def passive_ear(audio, rate_hz, decimation):
    """Firing rates [step][channel]"""
    wave, channels = audio[:len(audio) // decimation * decimation], []
    for b, a in filters(rate_hz):
        wave = run_filter(b, a, wave)
        channels.append(np.maximum(wave, 0))
    rates = np.stack(channels, axis=1)
    rates[:, :2] = 0
    for target, time_s in [(0.0032, 0.64), (0.0016, 0.16), (0.0008, 0.04), (0.0004, 0.01)]:
        rates = gain_control(rates, target, time_s, rate_hz)
    rates = np.maximum(rates[:, 1:-1] - rates[:, 2:], 0)
    keep = np.exp(-1 / (3 * decimation))
    smoother = scaled([0, 0, 1], np.poly([keep, keep]), 1, 0, rate_hz)
    return np.stack([run_filter(*smoother, channel) for channel in rates.T], axis=1)[decimation - 1::decimation]


def bsa(signal, response, threshold):
    """Spikes [n, 2] of (step, channel) and how near the threshold the closest decision was."""
    residual, spikes, margin = signal.copy(), [], np.inf
    for step in range(len(signal)):
        part = residual[step:step + len(response)]
        taken = part - response[:len(part), None]
        reduction = np.abs(part).sum(axis=0) - np.abs(taken).sum(axis=0)
        margin = min(margin, np.abs(reduction - threshold).min())
        fires = reduction >= threshold
        residual[step:step + len(response), fires] = taken[:, fires]
        spikes += [(step, channel) for channel in np.flatnonzero(fires)]
    return np.array(spikes, np.uint16), margin


def encode(audio, rate_hz=12500, decimation=12):
    rates = passive_ear(audio / np.abs(audio).max(), rate_hz, decimation)
    time_ms = np.arange(int(8 * 4.0 / (1000 * decimation / rate_hz)) + 1) * 1000 * decimation / rate_hz
    response = np.exp(-time_ms / 4.0) - np.exp(-time_ms / 1.0)
    return rates, *bsa(np.minimum(rates / 4e-4, 1), response / response.sum(), 0.955)
