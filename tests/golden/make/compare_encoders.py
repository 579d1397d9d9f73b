"""Compares the hidden states that PROGRAM writes with transformers', for randomly initialised models of arbitrary
configurations. Each model is saved in a temporary folder, in a random file layout, and PROGRAM is called as

  PROGRAM embed clip.wav --model DIR --layer all --pool none --format npy --output OUT [--whisper-pad none|30s]

and must write OUT/clip.npy, [layers + 1, frames, d]. With --whisper-pad 30s it may leave out the frames of the padding.
Printed per model: the largest absolute difference, the same between transformers in float32 and float64, and the
largest value. A model fails where the difference is above LIMIT times the largest value (or 1).

  python compare_encoders.py ../../../build/bin/ser --seeds 20
  python compare_encoders.py ../../../build/bin/ser --family wavlm --seed 7
  python compare_encoders.py ../../../build/bin/ser --full [wavlm-large ...]
"""

import argparse
import pathlib
import shlex
import subprocess
import sys
import tempfile

import numpy as np
import soundfile
import torch

import encoder_reference as ref
from make_encoders import FULL_SIZE, QUANTIZER, TINY_WHISPER

LIMIT = 1e-4
DTYPES = [torch.float32, torch.float16, torch.bfloat16]
FULL_DEFAULT = ["wav2vec2-base", "distilhubert", "wavlm-base", "whisper-base"]


def pick(rng, values):
    return values[rng.integers(len(values))]


def flip(rng):
    return bool(rng.integers(2))


def random_convolutions(rng):
    """Between 8 and 400 samples per frame, and a field of at most 700."""
    while True:
        count = int(rng.integers(1, 8))
        kernels = [int(k) for k in rng.integers(1, 11, count)]
        strides = [int(s) for s in rng.integers(1, 6, count)]
        hop, field = 1, 1
        for kernel, stride in zip(kernels, strides):
            field += (kernel - 1) * hop
            hop *= stride
        if 8 <= hop <= 400 and field <= 700:
            return dict(conv_kernel=kernels, conv_stride=strides, conv_dim=[int(c) for c in rng.integers(8, 40, count)])


def random_options(family, rng):
    heads = int(rng.integers(1, 9))
    d = heads * int(rng.integers(2, 17)) * 2
    layers, ffn = int(rng.integers(1, 6)), int(rng.integers(8, 150))
    if family == "whisper":
        return TINY_WHISPER | dict(
            d_model=d, encoder_layers=layers, encoder_attention_heads=heads, encoder_ffn_dim=ffn,
            decoder_attention_heads=heads, num_mel_bins=pick(rng, [80, 128]), max_source_positions=int(50 * rng.integers(1, 4)))
    options = random_convolutions(rng) | dict(
        hidden_size=d, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=ffn, vocab_size=8,
        num_conv_pos_embeddings=int(rng.integers(1, 60)),
        num_conv_pos_embedding_groups=pick(rng, [g for g in range(1, 17) if d % g == 0]),
        feat_extract_norm=pick(rng, ["group", "layer"]), do_stable_layer_norm=flip(rng), conv_bias=flip(rng),
        layer_norm_eps=pick(rng, [1e-5, 1e-6, 1e-3]), mask_time_prob=pick(rng, [0.05, 0.0]))
    if family == "hubert":
        options |= dict(feat_proj_layer_norm=flip(rng), conv_pos_batch_norm=rng.random() < 0.25)
    if family == "wavlm":
        buckets = int(4 * rng.integers(2, 20))
        options |= dict(num_buckets=buckets, max_bucket_distance=int(buckets * rng.integers(1, 10)))
    if family == "wav2vec2-pretraining":
        options |= QUANTIZER
    return options


def random_layout(family, rng):
    return dict(layout=pick(rng, ["safetensors", "torch", "sharded"]), old_names=flip(rng), dtype=pick(rng, DTYPES),
                nested_processor=flip(rng) and family != "whisper")


def random_clip(rng, seconds):
    """Tones that come and go in noise, as 16-bit values."""
    t = np.arange(int(ref.RATE_HZ * seconds)) / ref.RATE_HZ
    x = 0.02 * rng.standard_normal(len(t))
    for _ in range(5):
        start, hz = rng.uniform(0, seconds), rng.uniform(80, 4000)
        x += rng.uniform(0, 0.2) * np.exp(-(((t - start) / rng.uniform(0.02, 0.3)) ** 2)) * np.sin(2 * np.pi * hz * t)
    return np.round(np.clip(x, -1, 1) * 32767).astype(np.int16)


class Case:
    def __init__(self, name, family, options, layout, seed, seconds):
        self.name, self.family, self.layout, self.whisper = name, family, layout, family == "whisper"
        rng = np.random.default_rng([seed, 1])
        self.normalise = flip(rng)
        self.samples = random_clip(rng, seconds)
        self.model = ref.build(family, options, seed, layout["dtype"])

    def save(self, folder):
        if self.whisper:
            processor = ref.whisper_extractor(self.model.config.to_dict()).to_dict()
            processor.pop("mel_filters", None)
        else:
            processor = ref.wave_processor(self.normalise, flip(np.random.default_rng(len(self.samples))))
        ref.save_model(folder / "model", self.model, processor, **self.layout)
        soundfile.write(folder / "clip.wav", self.samples, ref.RATE_HZ, subtype="PCM_16")

    def pads(self):
        return ["30s", "none"] if self.whisper else [""]

    def states(self, pad):
        clip = self.samples.astype(np.float32) / 32768
        return ref.whisper_states(self.model, clip, pad) if pad else ref.wave_states(self.model, clip, self.normalise)

    def describe(self):
        config = ref.encoder_of(self.model)[0].config
        words = [str(self.layout["dtype"]).removeprefix("torch."), self.layout["layout"]]
        words += ["normalised"] if self.normalise and not self.whisper else []
        if self.whisper:
            return [f"d={config.d_model} L={config.encoder_layers} mel={config.num_mel_bins}", *words]
        norms = f"{config.feat_extract_norm}-{'pre' if config.do_stable_layer_norm else 'post'}"
        return [f"d={config.hidden_size} L={config.num_hidden_layers} k={config.num_conv_pos_embeddings} {norms}", *words]


def run(program, folder, pad):
    out = folder / f"out{pad}"
    arguments = ["embed", folder / "clip.wav", "--model", folder / "model", "--layer", "all", "--pool", "none",
                 "--format", "npy", "--output", out, *(["--whisper-pad", pad] if pad else [])]
    done = subprocess.run([*program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        return None, f"exit status {done.returncode}: {done.stderr.strip()[-500:]}"
    if not (out / "clip.npy").exists():
        return None, "wrote no clip.npy"
    return np.load(out / "clip.npy"), ""


def compare(program, case):
    """True where every result is within the limit."""
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        case.save(folder)
        expected = {pad: case.states(pad) for pad in case.pads()}
        case.model.double()
        in_double = {pad: case.states(pad) for pad in case.pads()}
        for pad, states in expected.items():
            noise = np.abs(states - in_double[pad]).max()
            ours, problem = run(program, folder, pad)
            if ours is not None and pad == "30s" and ours.shape[1] == ref.whisper_valid(len(case.samples)):
                states = states[:, : ours.shape[1]]
            if ours is not None and ours.shape != states.shape:
                problem = f"shape {ours.shape}, not {states.shape}"
            words = [case.name, pad, *case.describe()]
            if problem:
                print(*words, "FAILED", problem, flush=True)
                good = False
                continue
            difference, largest = np.abs(ours - states).max(), np.abs(states).max()
            within = bool(difference <= LIMIT * max(1, largest))  # false for nan
            good &= within
            print(*words, f"frames={states.shape[1]} difference={difference:.2e} float64={noise:.1e} largest={largest:.1f}",
                  "" if within else "FAILED", flush=True)
    return good


def cases(options):
    if options.full is not None:
        for name in options.full or FULL_DEFAULT:
            family, sizes = FULL_SIZE[name]
            if family == "whisper":
                sizes = sizes | dict(decoder_layers=1, vocab_size=100, pad_token_id=0, bos_token_id=1, eos_token_id=2,
                                     decoder_start_token_id=3)
            layout = dict(layout="safetensors", dtype=torch.float32)
            yield Case(name, family, sizes, layout, options.seed or 0, 2.0)
        return
    seeds = range(options.seeds) if options.seed is None else [options.seed]
    for family in options.family or list(ref.FAMILIES):
        for seed in seeds:
            rng = np.random.default_rng([seed, 0, list(ref.FAMILIES).index(family)])
            sizes, layout = random_options(family, rng), random_layout(family, rng)
            yield Case(f"{family} {seed}", family, sizes, layout, seed, rng.uniform(0.1, 0.8))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=shlex.split)
    parser.add_argument("--family", nargs="+", choices=list(ref.FAMILIES))
    parser.add_argument("--seeds", type=int, default=5, help="how many models of each family")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--full", nargs="*", metavar="CONFIG", help="full-size configurations: " + " ".join(FULL_SIZE))
    options = parser.parse_args()
    results = [compare(options.program, case) for case in cases(options)]
    print(f"{len(results)} models, {results.count(False)} failed")
    sys.exit(0 if all(results) else 1)


main()
