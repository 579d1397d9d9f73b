"""encoders/: tiny randomly initialised models in Hugging Face's layout and what transformers makes of two short clips;
PaSST, Whisper's front end, full-size configurations with their parameter counts; and, where SER_MODELS is set, what
the real models in that folder make of w1.wav.
"""

import os
import pathlib
import shutil

import numpy as np
import torch
import transformers
from safetensors.torch import load_file

import encoder_reference as ref
import front_end_reference as front
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
    ("wavlm-base", "wavlm", TINY | GROUP | BUCKETS | dict(num_attention_heads=8), False, dict(old_names=True)),
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


def check_folder(folder, model):
    """transformers itself reads the folder as this model."""
    again = type(model).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").state_dict()
    for name, value in model.state_dict().items():
        assert torch.equal(value, again[name]), name


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
        check_folder(OUT / name, model)
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
        check_folder(OUT / name, model)
        for clip, samples in clips.items():
            if (name, clip) == ("whisper-128", "clip0"):
                continue  # for size
            for pad in ("30s", "none"):
                states = ref.whisper_states(model, samples, pad)
                save_npy(OUT / name / f"hidden_{clip}_pad_{pad}.npy", states)
                print(name, clip, pad, states.shape, [f"{state.std():.2f}" for state in states])


def make_whisper_front_end():
    """Of 30 s, as trained: the first 200 frames of clip0 and the last 5."""
    clip = cut(WHISPER_CLIPS)["clip0"]
    for bands in (80, 128):
        extractor = transformers.WhisperFeatureExtractor(feature_size=bands)
        mel = extractor(clip, sampling_rate=RATE_HZ, return_tensors="np").input_features[0].T
        assert mel.shape == (3000, bands)
        save_npy(OUT / f"whisper_mel{bands}.npy", np.concatenate([mel[:200], mel[-5:]]))


# PaSST

PASST = dict(width=24, depth=2, heads=3, classes=10)


def passt_clips():
    """w1.wav's samples taken as 32 kHz, ten times in a row, ever louder: 12.5 s. Multiples of 1/8 keep the samples exact."""
    tiles = np.concatenate([W1 * np.float32((i + 1) / 8) for i in range(10)])
    return {"short": tiles[320000 - 48000 : 320000], "long": tiles[:320000], "scene": tiles}


def make_passt():
    folder = area("encoders/passt")
    model = ref.randomise(front.Passt(**PASST).eval(), 300)
    torch.save(model.state_dict(), folder / "passt.pt")
    ref.write_json(folder / "config.json", {
        "model_type": "passt", "embed_dim": PASST["width"], "depth": PASST["depth"], "num_heads": PASST["heads"],
        "num_classes": PASST["classes"], "patch_size": 16, "stride": 10, "img_size": [128, 998]})
    clips = {name: torch.from_numpy(clip) for name, clip in passt_clips().items()}
    mel = front.passt_mel(clips["short"])
    tokens, feature, logits = model(mel)
    save_npy(folder / "mel_short.npy", mel)
    save_npy(folder / "input_tokens_short.npy", model.embed(mel))
    save_npy(folder / "tokens_short.npy", tokens)
    long_mel = front.passt_mel(clips["long"])
    assert long_mel.shape == (128, 1000) and model.embed(long_mel).shape[0] == 2 + 12 * 99
    _, long_feature, long_logits = model(long_mel)
    padded = torch.nn.functional.pad(clips["scene"][None, None], (160000, 160000), mode="reflect")[0, 0]
    windows = [model(front.passt_mel(window))[1:] for window in padded.unfold(0, 320000, 80000)]
    scene_feature, scene_logits = (torch.stack(parts).mean(0) for parts in zip(*windows))
    save_npy(folder / "features.npy", torch.stack([feature, long_feature, scene_feature]))
    save_npy(folder / "logits.npy", torch.stack([logits, long_logits, scene_logits]))
    print("passt", len(windows), f"windows; features {feature.std():.2f} {long_feature.std():.2f} {scene_feature.std():.2f}")


# Full-size configurations

LARGE = dict(hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096)
STABLE = LARGE | dict(feat_extract_norm="layer", do_stable_layer_norm=True)
FULL_SIZE = {
    "wav2vec2-base": ("wav2vec2", {}),
    "wav2vec2-large": ("wav2vec2", LARGE),
    "wav2vec2-large-lv60": ("wav2vec2", STABLE | dict(conv_bias=True)),
    "hubert-base-ls960": ("hubert", {}),
    "hubert-large-ll60k": ("hubert", STABLE | dict(conv_bias=True)),
    "distilhubert": ("hubert", dict(num_hidden_layers=2, feat_proj_layer_norm=False, layerdrop=0.0, feat_proj_dropout=0.0,
                                    apply_spec_augment=False)),
    "wavlm-base": ("wavlm", {}),
    "wavlm-large": ("wavlm", STABLE),
}
WHISPER_SIZES = {"tiny": (384, 4, 6, 80), "base": (512, 6, 8, 80), "small": (768, 12, 12, 80), "medium": (1024, 24, 16, 80),
                 "large-v2": (1280, 32, 20, 80), "large-v3": (1280, 32, 20, 128)}
for size, (d, layers, heads, bands) in WHISPER_SIZES.items():
    FULL_SIZE[f"whisper-{size}"] = ("whisper", dict(
        d_model=d, encoder_layers=layers, encoder_attention_heads=heads, encoder_ffn_dim=4 * d, decoder_layers=layers,
        decoder_attention_heads=heads, decoder_ffn_dim=4 * d, num_mel_bins=bands, vocab_size=51866 if bands == 128 else 51865))


def parameters(model):
    return sum(value.numel() for value in model.parameters())


def make_configs():
    folder = area("encoders/configs")
    rows = []
    for name, (family, options) in FULL_SIZE.items():
        config_class, model_class = ref.FAMILIES[family]
        config = config_class(**options)
        config.architectures = [model_class.__name__]
        with torch.device("meta"):
            model = model_class(config)
        rows.append([family, name, parameters(model.encoder if family == "whisper" else model)])
        config.to_json_file(folder / f"{name}.json", use_diff=True)
    for classes in (527, 6):
        with torch.device("meta"):
            model = front.Passt(768, 12, 12, classes)
        rows.append(["passt", f"passt-s-{classes}", parameters(model)])
    header = ["bare models with masked_spec_embed; whisper: the encoder with its position table; passt: with both heads",
              "\t".join(["family", "config", "parameters"])]
    save_tsv(OUT / "parameters.tsv", header, rows)


# Real models

@torch.no_grad()
def make_real(models):
    """Of w1.wav."""
    folder = area("encoders/real")
    x = torch.from_numpy(W1)
    byols = front.Byols().eval()
    byols.load_state_dict(load_file(models / "byol-s/byols_default512.safetensors"))
    log_mel = front.byols_log_mel(x)
    save_npy(folder / "byols_log_mel.npy", log_mel.T[:30])
    save_npy(folder / "byols_embedding.npy", byols(log_mel, "CREMA-D")[None])
    base = models / "whisper-base-encoder"
    config = transformers.WhisperConfig.from_pretrained(base)
    config._attn_implementation = "eager"
    whisper = torch.nn.Module()
    whisper.encoder = type(ref.build("whisper", TINY_WHISPER, 0).encoder)(config).float().eval()
    tensors = load_file(base / "model.safetensors")
    whisper.encoder.load_state_dict({name.removeprefix("model.encoder."): value.float() for name, value in tensors.items()})
    frames = ref.whisper_valid(len(W1))
    for pad in ("30s", "none"):
        states = ref.whisper_states(whisper, W1, pad)[:, :frames]
        save_npy(folder / f"whisper_base_means_pad_{pad}.npy", states.mean(1, dtype=np.float64))
        print("whisper base", pad, states.shape, [f"{state.std():.2f}" for state in states])


@torch.no_grad()
def main():
    for name in [row[0] for row in WAVE_MODELS + WHISPER_MODELS]:
        shutil.rmtree(OUT / name, ignore_errors=True)
    make_wave_models()
    make_whisper_models()
    make_whisper_front_end()
    make_passt()
    make_configs()
    if "SER_MODELS" in os.environ:
        make_real(pathlib.Path(os.environ["SER_MODELS"]))


if __name__ == "__main__":
    main()
