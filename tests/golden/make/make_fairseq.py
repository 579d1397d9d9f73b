"""encoders/fairseq/: checkpoints as fairseq, Microsoft and s3prl save them. Tiny random models of the code of s3prl 0.4.18 (on
PyPI, Apache-2.0), which carries fairseq's and Microsoft's model classes, with their hidden states; and two models of this
folder's parent under fairseq's names, whose hidden states are there. Not in requirements.txt: pip install --no-deps
s3prl==0.4.18 omegaconf.
"""

import argparse
import dataclasses
import sys
import types

import numpy as np
import torch
from safetensors.torch import load_file

import encoder_reference as ref
from common import GOLDEN, area, save_npy

# Of s3prl's packages only the model classes are run.
import importlib.util

root = importlib.util.find_spec("s3prl").submodule_search_locations[0]
for name in ("s3prl", "s3prl.upstream"):
    package = types.ModuleType(name)
    package.__path__ = [root + name.removeprefix("s3prl").replace(".", "/")]
    sys.modules[name] = package
for name in ("distiller", "hubert", "wav2vec2", "wavlm"):
    package = types.ModuleType(f"s3prl.upstream.{name}")
    package.__path__ = [f"{root}/upstream/{name}"]
    sys.modules[package.__name__] = package

from s3prl.upstream.distiller.model import DistillerConfig, DistillerModel  # noqa: E402
from s3prl.upstream.hubert.hubert_model import HubertConfig, HubertModel, HubertPretrainingConfig  # noqa: E402
from s3prl.upstream.wav2vec2.wav2vec2_model import Wav2Vec2Config, Wav2Vec2Model  # noqa: E402
from s3prl.upstream.wavlm.WavLM import WavLM, WavLMConfig  # noqa: E402

OUT = area("encoders/fairseq")
CLIPS = {name: np.load(GOLDEN / f"encoders/{name}.npy") for name in ("clip0", "clip1")}
TINY = dict(encoder_layers=2, encoder_embed_dim=32, encoder_ffn_embed_dim=48, encoder_attention_heads=4, conv_pos=16,
            conv_pos_groups=4, conv_feature_layers="[(16, 10, 5)] + [(16,3,2)] + [(16,2,2)] * 1", final_dim=8)


def randomised(model, seed):
    ref.randomise(model.eval(), seed)
    for value in model.state_dict().values():
        if value.is_floating_point():
            value.copy_(value.half())
    return model


def half(model):
    return {name: value.half() if value.is_floating_point() else value for name, value in model.state_dict().items()}


def states(model, clip, normalise):
    """[L + 1, frames, d]: what the first layer sees, the outputs, the last of them as the encoder gives it."""
    x = torch.from_numpy(ref.normalised(clip) if normalise else clip)[None]
    caught = []
    layers = model.encoder.layers
    hooks = [layers[0].register_forward_pre_hook(lambda _, args: caught.append(args[0].transpose(0, 1).clone()))]
    hooks += [layer.register_forward_hook(lambda *call: caught.append(call[-1][0].transpose(0, 1).clone())) for layer in layers]
    hooks.append(model.encoder.register_forward_hook(lambda *call: caught.append(call[-1][0].clone())))
    if isinstance(model, DistillerModel):
        model(x, torch.ones(1, x.shape[1]), no_pred=True)
    else:
        model.extract_features(x, padding_mask=None, mask=False)
    for hook in hooks:
        hook.remove()
    assert len(caught) == len(layers) + 2
    # fairseq lets its layers work on an even number of frames, the last of them masked.
    return torch.stack([one[0, : caught[-1].shape[1]] for one in [*caught[:-2], caught[-1]]]).numpy()


def save(name, checkpoint, model, normalise):
    torch.save(checkpoint, OUT / f"{name}.pt")
    for clip, samples in CLIPS.items():
        hidden = states(model, samples, normalise)
        save_npy(OUT / f"{name}_{clip}.npy", hidden)
    print(name, hidden.shape, [f"{state.std():.2f}" for state in hidden])


def plain(config):
    """Settings as fairseq's files have them: text, numbers, truth values, lists, None."""
    return {key: getattr(value, "value", value) for key, value in dataclasses.asdict(config).items()}


def hubert(seed):
    config = HubertConfig(label_rate=50, **TINY)
    model = randomised(HubertModel(config, HubertPretrainingConfig(normalize=False), [["a"] * 6]), seed)
    training = {"args": None, "optimizer_history": [{"optimizer_name": "FairseqAdam", "num_updates": 3}],
                "last_optimizer_state": {"state": {0: {"exp_avg": torch.zeros(4)}}}}
    save("hubert-base", {"cfg": {"task": {"_name": "hubert_pretraining", "normalize": False},
                                 "model": plain(config) | {"_name": "hubert"}}, "model": half(model), **training}, model, False)


def wav2vec2(seed):
    """Its settings are in an object, as in files before fairseq's change to hydra: heads, strides, order of norms and
    normalisation are those of the published models."""
    options = dict(TINY, encoder_embed_dim=64, encoder_attention_heads=1, encoder_layers=1, layer_norm_first=True, conv_bias=True,
                   extractor_mode="layer_norm", conv_feature_layers="[(8,10,5)] + [(8,3,2)] * 4 + [(8,2,2)] * 2")
    model = randomised(Wav2Vec2Model(Wav2Vec2Config(**options, quantize_targets=True, latent_vars=4, latent_groups=2)), seed)
    state = {"w2v_encoder.w2v_model." + name: value for name, value in half(model).items()}
    state["w2v_encoder.proj.weight"] = torch.zeros(5, 64)
    save("wav2vec2-large", {"args": argparse.Namespace(normalize=True, **options), "model": state}, model, True)


def wavlm(seed):
    config = WavLMConfig(TINY | dict(layer_norm_first=True, extractor_mode="layer_norm", normalize=True, num_buckets=16,
                                     max_distance=20, relative_position_embedding=True, gru_rel_pos=True))
    model = randomised(WavLM(config), seed)
    save("wavlm-large", {"cfg": dict(config.__dict__), "model": half(model)}, model, True)


def distiller(seed):
    options = dict(TINY, extractor_conv_feature_layers=TINY["conv_feature_layers"], n_tasks=3, pred_layer_id=[4, 8, 12],
                   final_dim=8, out_layer_type="expand-last", attention_type="original")
    model = randomised(DistillerModel(DistillerConfig(options)), seed)
    save("distilhubert", {"Distiller": half(model), "Config": {"distiller": options, "teacher": {"model": "hubert_base"}},
                          "Optimizer": {"state": {}, "param_groups": []}, "Step": 200000, "Args": argparse.Namespace(a=1)},
         model, False)


def old_name(name):
    """fairseq's of Hugging Face's."""
    parts = name.split(".")
    if name.startswith("feature_extractor"):
        group_norm = OLD_GROUP_NORM
        return name.replace(".conv.", ".0.").replace(".layer_norm.", ".2." if group_norm else ".2.1.")
    if name.startswith("encoder.pos_conv_embed"):
        return name.replace("pos_conv_embed.batch_norm", "pos_conv.0").replace(
            "pos_conv_embed.conv", "pos_conv.1" if OLD_BATCH_NORM else "pos_conv.0")
    if parts[:2] == ["encoder", "layers"]:
        for new, old in (("attention.rel_attn_embed", "self_attn.relative_attention_bias"),
                         ("attention.gru_rel_pos_linear", "self_attn.grep_linear"),
                         ("attention.gru_rel_pos_const", "self_attn.grep_a"), ("attention.", "self_attn."),
                         ("feed_forward.intermediate_dense", "fc1"), ("feed_forward.output_dense", "fc2")):
            name = name.replace(new, old)
        return name.replace(f"layers.{parts[2]}.layer_norm", f"layers.{parts[2]}.self_attn_layer_norm")
    return name.replace("masked_spec_embed", "mask_emb").replace("feature_projection.projection", "post_extract_proj").replace(
        "feature_projection.layer_norm", "layer_norm")


OLD_GROUP_NORM = OLD_BATCH_NORM = False


def renamed(name, group_norm, batch_norm, prefix, settings):
    global OLD_GROUP_NORM, OLD_BATCH_NORM
    OLD_GROUP_NORM, OLD_BATCH_NORM = group_norm, batch_norm
    tensors = load_file(GOLDEN / f"encoders/{name}/model.safetensors")
    settings = dict(encoder_attention_heads=4, conv_feature_layers="[(16,10,5)] + [(16, 3, 2), (16, 2, 2)]", normalize=False,
                    layer_norm_first=False) | settings
    torch.save({prefix: {old_name(key): value for key, value in tensors.items()}, "model_cfg": settings,
                "dictionaries_symbols": [["a", "b"]]}, OUT / f"as-{name}.pt")


@torch.no_grad()
def main():
    for seed, make in enumerate((hubert, wav2vec2, wavlm, distiller), start=400):
        torch.manual_seed(seed)
        make(seed)
    renamed("wavlm-base", True, False, "model_weight", dict(max_distance=20))
    renamed("hubert-batch-norm", False, True, "model_weight", dict(conv_pos_batch_norm=True))


if __name__ == "__main__":
    main()
