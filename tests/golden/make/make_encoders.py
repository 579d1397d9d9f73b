"""encoders/: tiny randomly initialised models in Hugging Face's layout and what transformers makes of two short clips."""

import shutil

import numpy as np
import torch

import encoder_reference as ref
from common import GOLDEN, area, read_audio, save_npy, save_tsv

OUT = area("encoders")
W1, RATE_HZ = read_audio("w1.wav")
# Pieces of w1.wav: first sample, count.
WAVE_CLIPS = {"clip0": (5000, 2000), "clip1": (17000, 1300)}
WHISPER_CLIPS = {"clip0": (0, 20800), "clip1": (4000, 11111)}

TINY = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, conv_dim=[16, 16, 16],
            conv_kernel=[10, 3, 2], conv_stride=[5, 2, 2], num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4,
            vocab_size=8)
GROUP = dict(feat_extract_norm="group", do_stable_layer_norm=False, conv_bias=False)
LAYER = dict(feat_extract_norm="layer", do_stable_layer_norm=True, conv_bias=True)
BUCKETS = dict(num_buckets=16, max_bucket_distance=20)
QUANTIZER = dict(num_codevectors_per_group=4, num_codevector_groups=2, codevector_dim=8, proj_codevector_dim=8)

# name, family, options, do_normalize, how it is saved
WAVE_MODELS = [
    ("wav2vec2-base", "wav2vec2", TINY | GROUP, True, dict(old_names=True)),
    ("wav2vec2-large", "wav2vec2", TINY | LAYER | dict(num_hidden_layers=3, num_attention_heads=2), True, {}),
    ("wav2vec2-pretraining", "wav2vec2-pretraining", TINY | GROUP | QUANTIZER | dict(num_conv_pos_embeddings=15), False,
     dict(dtype=torch.float16)),
    ("hubert-base", "hubert", TINY | GROUP, True, dict(layout="torch")),
    ("hubert-large", "hubert", TINY | LAYER, True, dict(layout="sharded")),
    ("hubert-distilled", "hubert", TINY | GROUP | dict(feat_proj_layer_norm=False), False, {}),
    ("hubert-batch-norm", "hubert", TINY | LAYER | dict(do_stable_layer_norm=False, conv_pos_batch_norm=True), False,
     dict(dtype=torch.bfloat16)),
    ("wavlm-base", "wavlm", TINY | GROUP | BUCKETS | dict(num_hidden_layers=3), False, dict(old_names=True)),
    ("wavlm-large", "wavlm", TINY | LAYER | BUCKETS | dict(conv_bias=False, num_attention_heads=2), True,
     dict(nested_processor=True)),
]

TINY_WHISPER = dict(d_model=32, encoder_layers=2, encoder_attention_heads=4, encoder_ffn_dim=48, decoder_layers=1,
                    decoder_attention_heads=2, decoder_ffn_dim=16, vocab_size=20, max_source_positions=100,
                    max_target_positions=8, pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=3,
                    begin_suppress_tokens=None, suppress_tokens=None)
WHISPER_MODELS = [
    ("whisper-80", TINY_WHISPER | dict(num_mel_bins=80), {}),
    ("whisper-128", TINY_WHISPER | dict(num_mel_bins=128, encoder_attention_heads=2), dict(dtype=torch.float16)),
]


def cut(pieces):
    return {name: W1[start : start + count] for name, (start, count) in pieces.items()}


def largest(a, b):
    return float(np.abs(a - b).max())


def make_wave_models():
    clips = cut(WAVE_CLIPS)
    for name, clip in clips.items():
        save_npy(OUT / f"{name}.npy", clip)
    rows = []
    for seed, (name, family, options, normalise, how) in enumerate(WAVE_MODELS, start=100):
        model = ref.build(family, options, seed, how.get("dtype", torch.float32))
        mask = options["feat_extract_norm"] == "layer"
        ref.save_model(OUT / name, model, ref.wave_processor(normalise, mask), **how)
        alone = [ref.wave_states(model, clip, normalise) for clip in clips.values()]
        for clip, states in zip(clips, alone):
            save_npy(OUT / name / f"hidden_{clip}.npy", states)
        padded = ref.padded_states(model, list(clips.values()), normalise)
        assert largest(padded[0], alone[0]) < 1e-5
        change = largest(padded[1], alone[1])
        independent = mask and not options.get("conv_pos_batch_norm")
        assert (change < 1e-5) == independent
        if not independent:
            save_npy(OUT / name / "hidden_clip1_padded.npy", padded[1])
        rows.append([name, family, alone[0].shape[0] - 1, options["hidden_size"], options["num_attention_heads"],
                     str(normalise).lower(), f"{change:.2g}"])
        print(*rows[-1], [f"{state.std():.2f}" for state in alone[0]])
    header = ["clip1 padded to clip0's length changes by the last column (transformers, attention mask)",
              "\t".join(["model", "family", "layers", "d", "heads", "do_normalize", "padding changes"])]
    save_tsv(OUT / "models.tsv", header, rows)


def make_whisper_models():
    clips = cut(WHISPER_CLIPS)
    header = ["pieces of ../w1.wav for whisper-*: 16-bit value / 32768", "\t".join(["clip", "first sample", "samples"])]
    save_tsv(OUT / "whisper_clips.tsv", header, ([name, *piece] for name, piece in WHISPER_CLIPS.items()))
    for seed, (name, options, how) in enumerate(WHISPER_MODELS, start=200):
        model = ref.build("whisper", options, seed, how.get("dtype", torch.float32))
        processor = ref.whisper_extractor(options).to_dict()
        processor.pop("mel_filters", None)
        ref.save_model(OUT / name, model, processor, **how)
        for clip, samples in clips.items():
            if (name, clip) == ("whisper-128", "clip0"):
                continue  # for size
            for pad in ("30s", "none"):
                states = ref.whisper_states(model, samples, pad)
                save_npy(OUT / name / f"hidden_{clip}_pad_{pad}.npy", states)
                print(name, clip, pad, states.shape, [f"{state.std():.2f}" for state in states])


def main():
    for name in [row[0] for row in WAVE_MODELS + WHISPER_MODELS]:
        shutil.rmtree(OUT / name, ignore_errors=True)
    make_wave_models()
    make_whisper_models()


main()
