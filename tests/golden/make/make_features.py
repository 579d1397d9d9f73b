"""features/: log mel, MFCC, deltas and statistics from kaldi-native-fbank, librosa and numpy."""

import kaldi_native_fbank as knf
import librosa
import numpy as np
import scipy.stats

from common import area, g9, read_audio, save_npy, save_tsv

OUT = area("features")

FBANK = dict(num_bins=23, window_type="povey", snip_edges=True, use_power=True, use_energy=False, low_freq=20.0,
             high_freq=0.0, sample_scale=32768)
MFCC = dict(num_ceps=13, num_bins=23, use_energy=True, cepstral_lifter=22.0, sample_scale=32768)
MEL = dict(n_fft=2048, win_length=2048, hop_length=512, n_mels=128, fmin=0.0, fmax=None, htk=False, norm="slaney",
           power=2.0, center=True, output="db")
LMFCC = dict(n_mfcc=20, htk=False, lifter=0)

CASES = [  # name, kind, audio, what differs from the row's defaults above
    ("kaldi_fbank23", "kaldi_fbank", "w1.wav", {}),
    ("kaldi_fbank40", "kaldi_fbank", "w1.wav", dict(num_bins=40)),
    ("kaldi_fbank80", "kaldi_fbank", "w1.wav", dict(num_bins=80)),
    ("kaldi_fbank80_unscaled", "kaldi_fbank", "w1.wav", dict(num_bins=80, sample_scale=1)),
    ("kaldi_fbank40_no_snip", "kaldi_fbank", "w1.wav", dict(num_bins=40, snip_edges=False)),
    ("kaldi_fbank40_hamming", "kaldi_fbank", "w1.wav", dict(num_bins=40, window_type="hamming")),
    ("kaldi_fbank40_hanning", "kaldi_fbank", "w1.wav", dict(num_bins=40, window_type="hanning")),
    ("kaldi_fbank40_magnitude", "kaldi_fbank", "w1.wav", dict(num_bins=40, use_power=False)),
    ("kaldi_fbank40_energy", "kaldi_fbank", "w1.wav", dict(num_bins=40, use_energy=True)),
    ("kaldi_fbank40_60_7800", "kaldi_fbank", "w1.wav", dict(num_bins=40, low_freq=60.0, high_freq=7800.0)),
    ("kaldi_fbank40_high_minus200", "kaldi_fbank", "w1.wav", dict(num_bins=40, high_freq=-200.0)),
    ("kaldi_fbank40_44k", "kaldi_fbank", "chirp_44k.wav", dict(num_bins=40)),
    ("kaldi_fbank40_silence", "kaldi_fbank", "silence_16k.wav", dict(num_bins=40, use_energy=True)),
    ("kaldi_mfcc13", "kaldi_mfcc", "w1.wav", {}),
    ("kaldi_mfcc20_bins40", "kaldi_mfcc", "w1.wav", dict(num_ceps=20, num_bins=40)),
    ("kaldi_mfcc13_no_energy", "kaldi_mfcc", "w1.wav", dict(use_energy=False)),
    ("kaldi_mfcc13_no_lifter", "kaldi_mfcc", "w1.wav", dict(cepstral_lifter=0.0)),
    ("kaldi_mfcc13_no_energy_no_lifter", "kaldi_mfcc", "w1.wav", dict(use_energy=False, cepstral_lifter=0.0)),
    ("librosa_mel", "librosa_mel", "w1.wav", {}),
    ("librosa_mel_htk", "librosa_mel", "w1.wav", dict(htk=True)),
    ("librosa_mel_512", "librosa_mel", "w1.wav",
     dict(n_fft=512, win_length=400, hop_length=160, n_mels=64, fmin=60.0, fmax=7800.0)),
    ("librosa_mel_no_center", "librosa_mel", "w1.wav", dict(center=False)),
    ("librosa_mel_ln", "librosa_mel", "w1.wav", dict(output="ln")),
    ("librosa_mel_no_norm", "librosa_mel", "w1.wav", dict(norm=None)),
    ("librosa_mel_power1", "librosa_mel", "w1.wav", dict(power=1.0)),
    ("librosa_mel_44k", "librosa_mel", "chirp_44k.wav", {}),
    ("librosa_mel_silence", "librosa_mel", "silence_16k.wav", {}),
    ("librosa_mfcc20", "librosa_mfcc", "w1.wav", {}),
    ("librosa_mfcc13_htk", "librosa_mfcc", "w1.wav", dict(n_mfcc=13, htk=True)),
    ("librosa_mfcc20_lifter22", "librosa_mfcc", "w1.wav", dict(lifter=22)),
    ("librosa_filters_slaney40", "librosa_filters", "-", dict(htk=False)),
    ("librosa_filters_htk40", "librosa_filters", "-", dict(htk=True)),
]

DEFAULTS = {
    "kaldi_fbank": FBANK,
    "kaldi_mfcc": MFCC,
    "librosa_mel": MEL,
    "librosa_mfcc": LMFCC,
    "librosa_filters": dict(sr=16000, n_fft=512, n_mels=40, htk=False, norm="slaney"),
}


def run_kaldi(kind, options, samples, rate_hz):
    frame = knf.FrameExtractionOptions(samp_freq=rate_hz, dither=0.0)
    for name in ("window_type", "snip_edges"):
        if name in options:
            setattr(frame, name, options[name])
    config = knf.FbankOptions() if kind == "kaldi_fbank" else knf.MfccOptions()
    config.frame_opts = frame
    for name in ("num_bins", "low_freq", "high_freq"):
        if name in options:
            setattr(config.mel_opts, name, options[name])
    for name in ("use_power", "use_energy", "num_ceps", "cepstral_lifter"):
        if name in options:
            setattr(config, name, options[name])
    extractor = (knf.OnlineFbank if kind == "kaldi_fbank" else knf.OnlineMfcc)(config)
    extractor.accept_waveform(rate_hz, samples * np.float32(options["sample_scale"]))
    extractor.input_finished()
    return np.stack([extractor.get_frame(i) for i in range(extractor.num_frames_ready)])


def run_librosa_mel(options, samples, rate_hz):
    arguments = {key: value for key, value in options.items() if key != "output"}
    spectrum = librosa.feature.melspectrogram(y=samples, sr=rate_hz, **arguments)
    return (librosa.power_to_db(spectrum) if options["output"] == "db" else np.log(np.maximum(1e-10, spectrum))).T


def compute(kind, options, audio):
    if kind == "librosa_filters":
        return librosa.filters.mel(**options)
    samples, rate_hz = read_audio(audio)
    if kind.startswith("kaldi"):
        return run_kaldi(kind, options, samples, rate_hz)
    samples = samples.astype(np.float64)  # librosa then works in double throughout
    if kind == "librosa_mel":
        return run_librosa_mel(options, samples, rate_hz)
    return librosa.feature.mfcc(y=samples, sr=rate_hz, **options).T


def kaldi_deltas(static, order=2, window=2):
    """[T, D] -> [T, D * (order + 1)]; Kaldi's add-deltas."""
    ramp = np.arange(-window, window + 1) / sum(j * j for j in range(-window, window + 1))
    scales, blocks = np.ones(1), [static]
    for _ in range(order):
        scales = np.convolve(scales, ramp)
        reach = len(scales) // 2
        padded = np.pad(static, ((reach, reach), (0, 0)), mode="edge")
        blocks.append(sum(scales[j] * padded[j:j + len(static)] for j in range(len(scales))))
    return np.hstack(blocks)


def make_deltas():
    static = np.load(OUT / "kaldi_mfcc13.npy").astype(np.float64)
    deltas = kaldi_deltas(static)
    first = librosa.feature.delta(static.T, width=5, order=1, mode="nearest").T
    assert np.allclose(deltas[:, 13:26], first, atol=1e-9)
    assert np.allclose(deltas, knf.compute_deltas(knf.DeltaOptions(), static.astype(np.float32)), atol=1e-4)
    save_npy(OUT / "kaldi_mfcc13_deltas.npy", deltas)
    return deltas.shape


def make_statistics():
    x = np.load(OUT / "kaldi_fbank40.npy").astype(np.float64)
    seconds = np.arange(len(x)) * 0.01
    percentiles = (1, 25, 50, 75, 99)
    quantiles = dict(zip(percentiles, np.percentile(x, percentiles, axis=0)))
    columns = {
        "mean": x.mean(axis=0),
        "std": x.std(axis=0),
        "skewness": scipy.stats.skew(x, axis=0),
        "kurtosis": scipy.stats.kurtosis(x, axis=0),
        "min": x.min(axis=0),
        "max": x.max(axis=0),
        "range": np.ptp(x, axis=0),
        **{f"percentile{p}": quantiles[p] for p in percentiles},
        "iqr": quantiles[75] - quantiles[25],
        "slope_per_second": np.polyfit(seconds, x, 1)[0],
    }
    header = ["statistics over time of each column of kaldi_fbank40.npy, in double",
              "std: population; skewness, excess kurtosis: biased; percentiles: linear interpolation;",
              "slope_per_second: least squares line with intercept, frame t at 0.01 * t seconds",
              "\t".join(["column", *columns])]
    save_tsv(OUT / "kaldi_fbank40_statistics.tsv", header,
             ([i, *g9(values)] for i, values in enumerate(zip(*columns.values()))))


def main():
    rows = []
    for name, kind, audio, changes in CASES:
        options = DEFAULTS[kind] | changes
        matrix = compute(kind, options, audio)
        save_npy(OUT / f"{name}.npy", matrix)
        words = " ".join(f"{key}={str(value).lower()}" for key, value in options.items())
        rows.append([name, kind, f"{name}.npy", audio, "x".join(map(str, matrix.shape)), words])
    rows.append(["kaldi_mfcc13_deltas", "kaldi_deltas", "kaldi_mfcc13_deltas.npy", "kaldi_mfcc13.npy",
                 "x".join(map(str, make_deltas())), "order=2 window=2"])
    header = ["NPY float32, rows are frames (for librosa_filters: rows are mel bands, columns FFT bins)",
              "options not named have the defaults listed in ../README.md",
              "\t".join(["case", "kind", "file", "input", "shape", "options"])]
    save_tsv(OUT / "cases.tsv", header, rows)
    make_statistics()


main()
