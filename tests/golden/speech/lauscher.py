"""The stages of Lauscher's ear, plainly, in float64: an independent computation of tasks/common/speech.

Integrals are evaluated numerically where the engine has closed forms and series.
"""
import numpy as np

STIFFNESS, OFFSET, ALPHA, MASS, HEIGHT = 1e9, 3500.0, 3.0, 0.05, 0.1
DAMPING = 0.15 * np.sqrt(STIFFNESS * MASS)


def hankel(order, z):
    """H_order^(1)(z), order 0 or 1: Heine's integral of exp(iz cosh t) cosh(order t), along a path that turns into the
    upper half plane so that it decays for real z, too."""
    s = np.linspace(0, 14, 4001)
    t = s + 0.25j * np.pi * np.tanh(s)
    path = 1 + 0.25j * np.pi / np.cosh(s) ** 2
    with np.errstate(over="ignore"):
        values = np.exp(1j * np.asarray(z)[..., None] * np.cosh(t)) * np.cosh(order * t) * path
    return 2 / (1j * np.pi) * np.exp(-0.5j * np.pi * order) * np.trapz(values, s, axis=-1)


def wave_number(omega, place):
    impedance = STIFFNESS * np.exp(-ALPHA * place) - OFFSET - MASS * omega ** 2 \
        - 1j * omega * DAMPING * np.exp(-ALPHA * place / 2)
    return omega / np.sqrt(HEIGHT * impedance), impedance


def membrane_velocity(frequency_hz, places):
    """[place]; places ascend from 0"""
    omega = 2 * np.pi * frequency_hz
    fine = np.linspace(0, places[-1], 40001)
    number, _ = wave_number(omega, fine)
    steps = 0.5 * (number[1:] + number[:-1]) * np.diff(fine)  # the trapezoidal rule errs by 1e-9 here
    integral = np.concatenate([[0], np.cumsum(steps)])
    phase = 2 * number[0] / ALPHA + np.interp(places, fine, integral.real) + 1j * np.interp(places, fine, integral.imag)
    number, impedance = wave_number(omega, places)
    pressure = np.sqrt(phase / number) * hankel(0, phase)
    x = np.array([2 * omega / ALPHA * np.sqrt(2 / (HEIGHT * STIFFNESS))])
    stapes = np.sqrt(2 * STIFFNESS / HEIGHT) * 1j * np.conj(hankel(0, x) / hankel(1, x))[0]
    return 2 * omega / impedance * pressure / pressure[0] * stapes


def membrane_motion(sound, rate_hz, places, length):
    """Velocities [step][place] at half the rate; `length` steps after padding with zeros."""
    padded = np.concatenate([sound, np.zeros(2 * length - len(sound))])
    spectrum = np.fft.fft(padded)[:length]
    spectrum[0] = 0
    frequency_hz = np.linspace(1, rate_hz / 2, length)
    response = np.zeros((length, len(places)), complex)
    for bin in range(1, length):
        response[bin] = membrane_velocity(frequency_hz[bin], places)
    return np.fft.ifft(response * spectrum[:, None], axis=0).real[:len(sound) // 2 + 1]


def hair_cell(velocity, step_s):
    """Probabilities of excitation [step][cell]: Meddis (1986, 1988)."""
    y, g, l, r, x, a, b, h = 5.05, 2000.0, 2500.0, 6580.0, 66.3, 5.0, 300.0, 50000.0
    k = g * a / (a + b)
    c = np.full(velocity.shape[1], y * k / (l * k + y * (l + r)))
    q, w = c * (l + r) / k, c * r / x
    out = np.empty_like(velocity)
    for step, v in enumerate(velocity):
        k = np.where(v + a > 0, g * (v + a) / (v + a + b), 0)
        dq = y * np.maximum(1 - q, 0) + x * w - k * q
        dc = k * q - (l + r) * c
        dw = r * c - x * w
        q, c, w = (np.maximum(pool + step_s * change, 0) for pool, change in ((q, dq), (c, dc), (w, dw)))
        out[step] = h * c * step_s
    return out


def bushy_cells(fibre_spikes, step_s):
    """Spikes [n, 2] of (step, cell) and how near the threshold the closest decision was."""
    tau_membrane, tau_synapse, refractory, weight = 1e-3, 0.5e-3, round(1e-3 / step_s), 13e3 / 40
    potential, current, spikes, margin = 0.0, 0.0, [], np.inf
    potential, current = np.zeros((2, fibre_spikes.shape[1]))
    active_from = np.zeros(fibre_spikes.shape[1], int)
    for step, arrivals in enumerate(fibre_spikes):
        current = current * np.exp(-step_s / tau_synapse) + arrivals
        active = step >= active_from
        potential = np.where(active, potential * np.exp(-step_s / tau_membrane) + current * weight * step_s, 0)
        margin = min(margin, np.abs(potential - 1).min())
        fired = potential >= 1
        spikes += [(step, cell) for cell in np.flatnonzero(fired)]
        potential[fired] = 0
        active_from[fired] = step + 1 + refractory
    return np.array(spikes, np.uint16), margin
