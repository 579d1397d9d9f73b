"""Synthetic signals: chirp_44k.wav (noise and chirp) and silence_16k.wav (digital silence around a tone burst)."""

import numpy as np
import scipy.signal
import soundfile

from common import GOLDEN


def write(name, samples, rate_hz):
    soundfile.write(GOLDEN / name, np.round(samples * 32767).astype(np.int16), rate_hz, subtype="PCM_16")


rng = np.random.default_rng(441)
t = np.arange(22050) / 44100
chirp = scipy.signal.chirp(t, f0=100, t1=0.5, f1=15000, method="logarithmic")
write("chirp_44k.wav", 0.4 * chirp + 0.02 * rng.standard_normal(len(t)), 44100)

rng = np.random.default_rng(160)
t = np.arange(3200) / 16000
burst = 0.5 * np.hanning(len(t)) * np.sin(2 * np.pi * 440 * t) + 0.01 * rng.standard_normal(len(t))
write("silence_16k.wav", np.concatenate([np.zeros(1600), burst, np.zeros(1600)]), 16000)
