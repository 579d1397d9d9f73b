"""Restates each definition in double numpy, without knf or librosa; prints the largest difference to each golden file.

A C++ implementation that follows this file meets the golden files within the printed numbers.
"""

import numpy as np
import scipy.fft

from common import GOLDEN, read_audio

OUT = GOLDEN / "features"
LIMITS = {"kaldi_fbank": 2e-4, "kaldi_mfcc": 3e-4, "librosa_mel": 1e-5, "librosa_mfcc": 1e-4, "librosa_filters": 1e-8}
FLT_EPSILON = float(np.finfo(np.float32).eps)


# Kaldi

def kaldi_frames(x, rate_hz, snip_edges):
    """[T, N] raw frames; N and the shift are truncated to whole samples."""
    n, shift = int(rate_hz * 25 // 1000), int(rate_hz * 10 // 1000)
    if snip_edges:
        count, first = (1 + (len(x) - n) // shift if len(x) >= n else 0), 0
    else:
        count, first = (len(x) + shift // 2) // shift, shift // 2 - n // 2
    index = first + shift * np.arange(count)[:, None] + np.arange(n)
    index = np.where(index < 0, -1 - index, index)  # reflect: -1 -> 0, -2 -> 1
    index = np.where(index >= len(x), 2 * len(x) - 1 - index, index)  # len -> len - 1
    return x[index]


def kaldi_window(kind, n):
    c = np.cos(2 * np.pi * np.arange(n) / (n - 1))
    return {"povey": (0.5 - 0.5 * c) ** 0.85, "hamming": 0.54 - 0.46 * c, "hanning": 0.5 - 0.5 * c}[kind]


def kaldi_mel(bins, fft_size, rate_hz, low, high):
    """[bins, fft_size / 2 + 1]; triangles are linear in mel, not in Hz; peak 1; the Nyquist column is zero."""
    mel = lambda hz: 1127 * np.log(1 + hz / 700)
    high = high if high > 0 else rate_hz / 2 + high
    edges = mel(low) + np.arange(bins + 2) * (mel(high) - mel(low)) / (bins + 1)
    at = mel(np.arange(fft_size // 2) * rate_hz / fft_size)
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.maximum(0, np.minimum((at - left) / (centre - left), (right - at) / (right - centre)))
    return np.pad(triangles, ((0, 0), (0, 1)))


def kaldi(kind, o, x, rate_hz):
    frames = kaldi_frames(x * o["sample_scale"], rate_hz, o.get("snip_edges", True))
    frames = frames - frames.mean(axis=1, keepdims=True)
    energy = np.log(np.maximum(FLT_EPSILON, (frames ** 2).sum(axis=1)))  # before pre-emphasis and window
    frames = frames - 0.97 * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    n = frames.shape[1]
    fft_size = 1 << (n - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(frames * kaldi_window(o.get("window_type", "povey"), n), fft_size))
    if o.get("use_power", True):
        spectrum = spectrum ** 2
    bank = kaldi_mel(o["num_bins"], fft_size, rate_hz, o.get("low_freq", 20), o.get("high_freq", 0))
    log_mel = np.log(np.maximum(FLT_EPSILON, spectrum @ bank.T))
    if kind == "kaldi_fbank":
        return np.column_stack([energy, log_mel]) if o["use_energy"] else log_mel
    ceps = scipy.fft.dct(log_mel, type=2, norm="ortho")[:, :o["num_ceps"]]
    q = o["cepstral_lifter"]
    if q:
        ceps *= 1 + 0.5 * q * np.sin(np.pi * np.arange(o["num_ceps"]) / q)  # n from 0: C0 keeps its scale
    if o["use_energy"]:
        ceps[:, 0] = energy
    return ceps


# librosa

def slaney_hz(mel):
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mel - 15)))


def slaney_mel(hz):
    return hz * 3 / 200 if hz < 1000 else 15 + 27 * np.log(hz / 1000) / np.log(6.4)


def librosa_bank(o, sr):
    """[n_mels, n_fft / 2 + 1]; triangles are linear in Hz; slaney norm: area 1 (times 2 / width)."""
    fmin, fmax = o.get("fmin", 0.0), o.get("fmax") or sr / 2
    if o["htk"]:
        mel = lambda hz: 2595 * np.log10(1 + hz / 700)
        edges = 700 * (10 ** (np.linspace(mel(fmin), mel(fmax), o["n_mels"] + 2) / 2595) - 1)
    else:
        edges = slaney_hz(np.linspace(slaney_mel(fmin), slaney_mel(fmax), o["n_mels"] + 2))
    at = np.arange(o["n_fft"] // 2 + 1) * sr / o["n_fft"]
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bank = np.maximum(0, np.minimum((at - left) / (centre - left), (right - at) / (right - centre)))
    return bank * 2 / (right - left) if o.get("norm", "slaney") else bank


def librosa_mel(o, x, sr):
    n_fft, width, hop = o["n_fft"], o["win_length"], o["hop_length"]
    window = np.zeros(n_fft)
    start = (n_fft - width) // 2
    window[start:start + width] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(width) / width)  # periodic Hann
    if o["center"]:
        x = np.pad(x, n_fft // 2)  # zeros
    count = 1 + (len(x) - n_fft) // hop
    frames = x[hop * np.arange(count)[:, None] + np.arange(n_fft)]
    mel = np.abs(np.fft.rfft(frames * window)) ** o["power"] @ librosa_bank(o, sr).T
    if o["output"] == "ln":
        return np.log(np.maximum(1e-10, mel))
    db = 10 * np.log10(np.maximum(1e-10, mel))
    return np.maximum(db, db.max() - 80)  # the maximum over the whole clip


def librosa_mfcc(o, x, sr):
    mel = dict(n_fft=2048, win_length=2048, hop_length=512, n_mels=128, power=2, center=True, output="db", htk=o["htk"])
    ceps = scipy.fft.dct(librosa_mel(mel, x, sr), type=2, norm="ortho")[:, :o["n_mfcc"]]
    if o["lifter"]:
        ceps *= 1 + o["lifter"] / 2 * np.sin(np.pi * np.arange(1, 1 + o["n_mfcc"]) / o["lifter"])  # n from 1
    return ceps


def parse(text):
    words = {"true": True, "false": False, "none": None}
    if text in words:
        return words[text]
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def main():
    for line in (OUT / "cases.tsv").read_text().splitlines():
        if line.startswith("#") or "\tkaldi_deltas\t" in line:
            continue
        name, kind, file, audio, _, options = line.split("\t")
        o = {key: parse(value) for key, value in (word.split("=") for word in options.split())}
        golden = np.load(OUT / file)
        if kind == "librosa_filters":
            mine = librosa_bank(o, o["sr"])
        else:
            x, rate_hz = read_audio(audio)
            x = x.astype(np.float64)
            if kind.startswith("kaldi"):
                mine = kaldi(kind, o, x, rate_hz)
            else:
                mine = (librosa_mel if kind == "librosa_mel" else librosa_mfcc)(o, x, rate_hz)
        assert mine.shape == golden.shape, (name, mine.shape, golden.shape)
        difference = np.abs(mine - golden).max()
        print(f"{name}\t{difference:.2g}")
        assert difference < LIMITS[kind], name


main()
