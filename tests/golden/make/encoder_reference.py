"""Randomly initialised models of transformers and their hidden states, as the golden files and compare_encoders.py need
them.

Hidden states of a model with L layers: L + 1 tensors. 0 is what the first layer sees, i the output of layer i, and the
last one is last_hidden_state (after the final norm in pre-norm models; the output of layer L before that norm is not in
the list). They are caught by hooks, so they do not depend on what a version of transformers calls hidden_states.
"""

import copy
import json
import math
import pathlib

import numpy as np
import torch
import transformers
from safetensors.torch import save_file

torch.set_num_threads(1)
RATE_HZ = 16000
FAMILIES = {
    "wav2vec2": (transformers.Wav2Vec2Config, transformers.Wav2Vec2Model),
    "wav2vec2-pretraining": (transformers.Wav2Vec2Config, transformers.Wav2Vec2ForPreTraining),
    "hubert": (transformers.HubertConfig, transformers.HubertModel),
    "wavlm": (transformers.WavLMConfig, transformers.WavLMModel),
    "whisper": (transformers.WhisperConfig, transformers.WhisperModel),
}


def randomise(model, seed):
    """Draws every parameter and running statistic anew, so that none is 0 or 1 and attention is not uniform."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in sorted(model.state_dict().items()):
        if not value.is_floating_point():
            continue
        normal = torch.randn(value.shape, generator=generator)
        uniform = torch.rand(value.shape, generator=generator)
        if name.endswith(("original0", "weight_g", "running_var", "gru_rel_pos_const")):
            new = 0.5 + uniform
        elif name.endswith((".bias", "running_mean")):
            new = 0.2 * normal
        elif value.dim() == 1 and name.endswith(".weight"):  # norms
            new = 0.5 + uniform
        elif name.endswith("masked_spec_embed"):
            new = uniform
        elif name.endswith(("original1", "weight_v", "rel_attn_embed.weight", "embed_positions.weight")):
            new = normal
        else:
            sharp = ("q_proj.weight", "k_proj.weight", "qkv.weight", "gru_rel_pos_linear.weight")
            gain = 2 if name.endswith(sharp) else 1.2
            new = gain * normal / math.sqrt(value[0].numel())
        value.copy_(new)
    return model


def build(family, options, seed, dtype=torch.float32):
    """The model in float32; its weights have been rounded to dtype."""
    config_class, model_class = FAMILIES[family]
    torch.manual_seed(seed)
    config = config_class(**options)
    config._attn_implementation = "eager"
    model = model_class(config).eval()
    with torch.no_grad():
        randomise(model, seed)
        for value in model.state_dict().values():
            if value.is_floating_point():
                value.copy_(value.to(dtype))
    return model


def encoder_of(model):
    """The module whose forward gives last_hidden_state, and the list of its layers."""
    if isinstance(model, transformers.WhisperModel):
        return model.encoder, model.encoder.layers
    bare = getattr(model, "wav2vec2", model)
    return bare, bare.encoder.layers


def first(output):
    return output[0] if isinstance(output, tuple) else output


@torch.no_grad()
def hidden_states(module, layers, *args, **kwargs):
    """[L + 1, batch, frames, d]"""
    caught = []
    hooks = [layers[0].register_forward_pre_hook(
        lambda _, positional, named: caught.append((positional[0] if positional else named["hidden_states"]).clone()),
        with_kwargs=True)]
    hooks += [layer.register_forward_hook(lambda *call: caught.append(first(call[-1]).clone())) for layer in layers]
    last = module(*args, **kwargs).last_hidden_state
    for hook in hooks:
        hook.remove()
    assert len(caught) == len(layers) + 1
    return torch.stack([*caught[:-1], last])


# Models of raw audio

def normalised(clip):
    """Zero mean, unit variance in float64, as the processors do with do_normalize."""
    x = clip.astype(np.float64)
    return ((x - x.mean()) / np.sqrt(x.var() + 1e-7)).astype(np.float32)


def frame_count(samples, options):
    for kernel, stride in zip(options["conv_kernel"], options["conv_stride"]):
        samples = (samples - kernel) // stride + 1
    return samples


def wave_states(model, clip, normalise):
    """[L + 1, frames, d] of one clip alone."""
    module, _ = encoder_of(model)
    x = torch.from_numpy(normalised(clip) if normalise else clip).to(next(module.parameters()).dtype)
    return hidden_states(*encoder_of(model), x[None])[:, 0].numpy()


def padded_states(model, clips, normalise):
    """The same of each clip, out of one zero-padded batch with an attention mask."""
    clips = [normalised(clip) if normalise else clip for clip in clips]
    longest = max(map(len, clips))
    batch = torch.zeros(len(clips), longest)
    mask = torch.zeros(len(clips), longest, dtype=torch.long)
    for row, clip in enumerate(clips):
        batch[row, : len(clip)] = torch.from_numpy(clip)
        mask[row, : len(clip)] = 1
    states = hidden_states(*encoder_of(model), batch, attention_mask=mask)
    options = encoder_of(model)[0].config.to_dict()
    return [states[:, row, : frame_count(len(clip), options)].numpy() for row, clip in enumerate(clips)]


def wave_processor(normalise, mask):
    return {"do_normalize": normalise, "feature_extractor_type": "Wav2Vec2FeatureExtractor", "feature_size": 1,
            "padding_side": "right", "padding_value": 0.0, "return_attention_mask": mask, "sampling_rate": RATE_HZ}


# Whisper

def whisper_extractor(options):
    positions = options["max_source_positions"]
    assert positions % 50 == 0
    return transformers.WhisperFeatureExtractor(feature_size=options["num_mel_bins"], chunk_length=positions // 50)


def whisper_valid(samples):
    return -(-samples // 320)


def whisper_states(model, clip, pad):
    """[L + 1, frames, d] of one clip; all frames of the 30 s (max_source_positions), or with pad "none" the valid ones:
    the front end still pads, then only the valid frames enter an encoder whose position table has just as many rows."""
    encoder = model.encoder
    features = whisper_extractor(encoder.config.to_dict())(clip, sampling_rate=RATE_HZ, return_tensors="pt").input_features
    if pad == "none":
        frames = min(whisper_valid(len(clip)), encoder.config.max_source_positions)
        encoder = copy.deepcopy(encoder)
        encoder.config.max_source_positions = frames
        table = encoder.embed_positions.weight.data[:frames].clone()
        encoder.embed_positions = torch.nn.Embedding.from_pretrained(table)
        features = features[..., : 2 * frames]
    return hidden_states(encoder, encoder.layers, features.to(encoder.conv1.weight.dtype))[:, 0].numpy()


# Files

OLD_NAMES = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}


def rename(name, old_names):
    for new, old in OLD_NAMES.items():
        name = name.replace(new, old) if old_names else name.replace(old, new)
    return name


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


def save_model(folder, model, processor, *, layout="safetensors", old_names=False, dtype=torch.float32,
               nested_processor=False):
    """config.json by save_pretrained's own writer; the weights under the names asked for."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = copy.deepcopy(model.config)
    config.architectures = [type(model).__name__]
    config.dtype = dtype
    config.save_pretrained(folder)
    if nested_processor:
        write_json(folder / "processor_config.json", {"feature_extractor": processor, "processor_class": "Wav2Vec2Processor"})
    else:
        write_json(folder / "preprocessor_config.json", processor)
    tensors = {rename(name, old_names): value.to(dtype).contiguous() if value.is_floating_point() else value
               for name, value in model.state_dict().items()}
    if layout == "torch":
        torch.save(tensors, folder / "pytorch_model.bin")
    elif layout == "sharded":
        names = sorted(tensors)
        parts = [names[: len(names) // 2], names[len(names) // 2:]]
        files = [f"model-{i + 1:05d}-of-{len(parts):05d}.safetensors" for i in range(len(parts))]
        for file, part in zip(files, parts):
            save_file({name: tensors[name] for name in part}, folder / file, metadata={"format": "pt"})
        size = sum(value.numel() * value.element_size() for value in tensors.values())
        write_json(folder / "model.safetensors.index.json", {
            "metadata": {"total_size": size},
            "weight_map": {name: file for file, part in zip(files, parts) for name in part}})
    else:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
