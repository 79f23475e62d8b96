"""Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011) and the dropout masks that the engine derives from it."""
import numpy as np

LOW = np.uint64(0xFFFFFFFF)


def philox4x32(counter, key):
    """counter: 4 arrays of uint64 holding 32-bit words; key: 2 Python integers. Returns 4 such arrays."""
    c0, c1, c2, c3 = counter
    for i in range(10):
        k0, k1 = ((k + i * bump) & 0xFFFFFFFF for k, bump in zip(key, (0x9E3779B9, 0xBB67AE85)))
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (p1 >> np.uint64(32)) ^ c1 ^ np.uint64(k0), p1 & LOW, \
            (p0 >> np.uint64(32)) ^ c3 ^ np.uint64(k1), p0 & LOW
    return c0, c1, c2, c3


def dropout_mask(probability, seed, forward_pass, population, shape):
    """[B, T, N]: 0 where a spike is lost, else 1/(1-p), with p rounded to 1/65536 (docs/model.md, dropout)."""
    sample, step, neuron = np.meshgrid(*(np.arange(n, dtype=np.uint64) for n in shape), indexing="ij")
    purpose = np.full(shape, forward_pass ^ 0x64726F70, np.uint64)  # "drop"
    channel = (neuron << np.uint64(8)) | np.uint64(population)
    words = np.stack(philox4x32((sample, step // np.uint64(8), channel, purpose), (seed & 0xFFFFFFFF, seed >> 32)), -1)
    place = (step % np.uint64(8)).astype(np.int64)
    word = np.take_along_axis(words, (place // 2)[..., None], -1)[..., 0]
    draw = np.where(place % 2 == 0, word & np.uint64(0xFFFF), word >> np.uint64(16))
    threshold = int(probability * 65536.0 + 0.5)
    return np.where(draw >= threshold, 65536.0 / (65536.0 - threshold), 0.0)
