"""encoders/passt-*/: tiny random models of the published code of PaSST (hear21passt 0.0.26 on PyPI, Apache-2.0) with what it
makes of clips, and a check of encoders/passt/, which plain torch made, against that code. Not in requirements.txt:
pip install --no-deps hear21passt==0.0.26 and torchaudio.
"""

import sys
import types

import numpy as np
import torch

import encoder_reference as ref
from common import area, save_npy
from make_encoders import passt_clips

# Only what downloads weights is taken from timm.
for name in ("timm", "timm.models", "timm.models._hub"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["timm.models._hub"].download_cached_file = None

from hear21passt.models import passt as published  # noqa: E402
from hear21passt.models.preprocess import AugmentMelSTFT  # noqa: E402
from hear21passt.wrapper import PasstBasicWrapper  # noqa: E402

published.first_RUN = False
complex_stft = torch.stft


def real_stft(*args, return_complex=False, **kwargs):
    """return_complex=False, which the published code asks for, is gone from new versions of torch."""
    spectrum = complex_stft(*args, return_complex=True, **kwargs)
    return spectrum if return_complex else torch.view_as_real(spectrum)


torch.stft = real_stft

# name: what the model is made of, mel frames from hop to hop, prefix and wrapper in the file, longest clip in ms
MODELS = {
    "passt-s16": (dict(stride=16, embed_dim=64, depth=1, num_heads=1), "net.", 10000),
    "passt-20s": (dict(stride=12, embed_dim=64, depth=1, num_heads=1, img_size=(128, 2000)), "", 20000),
}


def wrapped(options, window):
    options = dict(img_size=(128, 998), num_classes=5, distilled=True) | options
    mel = AugmentMelSTFT(fmax=None, fmin_aug_range=10, fmax_aug_range=2000)
    return PasstBasicWrapper(mel, published.PaSST(**options), max_model_window=window, mode="all").eval()


def tokens_of(model, clip):
    """Before the first block and after the final norm."""
    caught = []
    hooks = [model.net.pos_drop.register_forward_hook(lambda *call: caught.append(call[-1][0].clone())),
             model.net.norm.register_forward_hook(lambda *call: caught.append(call[-1][0].clone()))]
    model(clip[None])
    for hook in hooks:
        hook.remove()
    return caught


def check_plain_torch():
    folder = area("encoders/passt")
    model = wrapped(dict(stride=10, embed_dim=24, depth=2, num_heads=3, num_classes=10), 10000)
    model.net.load_state_dict(torch.load(folder / "passt.pt"))
    outputs = np.stack([model.get_scene_embeddings(torch.from_numpy(clip)[None])[0].numpy() for clip in passt_clips().values()])
    expected = np.concatenate([np.load(folder / "logits.npy"), np.load(folder / "features.npy")], axis=1)
    print("passt: plain torch and the published code differ by", np.abs(outputs - expected).max())


@torch.no_grad()
def main():
    check_plain_torch()
    clips = {name: torch.from_numpy(clip) for name, clip in passt_clips().items()}
    clips["shorter"] = clips["short"][:9000]
    for seed, (name, (options, prefix, window)) in enumerate(MODELS.items(), start=310):
        folder = area(f"encoders/{name}")
        model = wrapped(options, window)
        ref.randomise(model.net, seed)
        for value in model.net.state_dict().values():
            value.copy_(value.half())
        state = {prefix + key: value.half() for key, value in model.net.state_dict().items()}
        torch.save({"state_dict": state, "epoch": 3} if prefix else {"model": state}, folder / f"{name}.pt")
        before, after = tokens_of(model, clips["shorter"])
        save_npy(folder / "input_tokens_shorter.npy", before)
        save_npy(folder / "tokens_shorter.npy", after)
        rows = [model(clips[clip][None])[0] for clip in ("shorter", "short", "long" if window == 10000 else "scene")]
        save_npy(folder / "logits_features.npy", torch.stack(rows))
        print(name, "tables", tuple(model.net.freq_new_pos_embed.shape), tuple(model.net.time_new_pos_embed.shape),
              "tokens", tuple(after.shape), f"features {rows[-1][5:].std():.2f}")


if __name__ == "__main__":
    main()
