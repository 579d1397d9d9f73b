"""BYOL-S and PaSST with their mel front ends in plain torch, float32. main() compares the front ends with torchaudio, from
which the models' authors took them."""

import math

import torch
from torch import nn

FLT_EPSILON = torch.finfo(torch.float32).eps


# BYOL-S small

BYOLS_STATISTICS = {"CREMA-D": (-4.99, 3.14), "RAVDESS": (-10.32, 5.00), "EmoDB": (-2.69, 4.10)}


def htk_bank(bins, fft_size, rate_hz, low_hz, high_hz):
    """[bins, fft_size / 2 + 1]; triangles linear in Hz between points equally spaced in HTK mel; peak 1."""
    mel = lambda hz: 2595 * math.log10(1 + hz / 700)
    points = 700 * (10 ** (torch.linspace(mel(low_hz), mel(high_hz), bins + 2) / 2595) - 1)
    at = torch.linspace(0, rate_hz // 2, fft_size // 2 + 1)
    left, centre, right = points[:-2, None], points[1:-1, None], points[2:, None]
    return torch.clamp(torch.minimum((at - left) / (centre - left), (right - at) / (right - centre)), min=0)


def power_spectrum(x, fft_size, window, hop):
    """[fft_size / 2 + 1, frames]; the window is centred in fft_size zeros, the clip reflected at both ends."""
    return torch.stft(x, fft_size, hop, len(window), window, center=True, pad_mode="reflect",
                      return_complex=True).abs().square()


def byols_log_mel(x):
    """[64, 1 + samples / 160]; ln(mel power + FLT_EPSILON), not standardised."""
    bank = htk_bank(64, 1024, 16000, 60, 7800)
    return torch.log(bank @ power_spectrum(x, 1024, torch.hann_window(400), 160) + FLT_EPSILON)


class Byols(nn.Module):
    def __init__(self):
        super().__init__()
        block = lambda channels: [nn.Conv2d(channels, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2)]
        self.features = nn.Sequential(*block(1), *block(64), *block(64))
        self.fc = nn.Sequential(nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.3), nn.Linear(512, 512), nn.ReLU())

    def forward(self, log_mel, corpus):
        """[512] of one clip's log mel [64, frames]."""
        mean, std = BYOLS_STATISTICS[corpus]
        maps = self.features(((log_mel - mean) / std)[None, None])[0]  # [64 channels, 8 bands, frames / 8]
        steps = self.fc(maps.permute(2, 1, 0).flatten(1))  # index band * 64 + channel
        return steps.mean(0) + steps.amax(0)


# PaSST

def kaldi_bank(bins, fft_size, rate_hz, low_hz, high_hz):
    """[bins, fft_size / 2 + 1]; triangles linear in mel = 1127 ln(1 + f / 700), peak 1; the Nyquist column is zero."""
    mel = lambda hz: 1127 * math.log(1 + hz / 700)
    low, step = mel(low_hz), (mel(high_hz) - mel(low_hz)) / (bins + 1)
    left = low + torch.arange(bins)[:, None] * step
    at = 1127 * torch.log(1 + rate_hz / fft_size * torch.arange(fft_size // 2) / 700)
    rise, fall = (at - left) / step, (left + 2 * step - at) / step
    return nn.functional.pad(torch.clamp(torch.minimum(rise, fall), min=0), (0, 1))


def passt_mel(x):
    """[128, 1 + (samples - 1) / 320] of a clip at 32 kHz."""
    x = x[1:] - 0.97 * x[:-1]
    power = power_spectrum(x, 1024, torch.hann_window(800, periodic=False), 320)
    return (torch.log(kaldi_bank(128, 1024, 32000, 0, 15000) @ power + 1e-5) + 4.5) / 5


class PasstAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        tokens, width = x.shape
        q, k, v = self.qkv(x).view(tokens, 3, self.heads, width // self.heads).permute(1, 2, 0, 3)
        weights = (q @ k.transpose(1, 2) * (width // self.heads) ** -0.5).softmax(-1)
        return self.proj((weights @ v).transpose(0, 1).reshape(tokens, width))


class PasstBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = PasstAttention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(width, 4 * width), "fc2": nn.Linear(4 * width, width)})

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp["fc2"](nn.functional.gelu(self.mlp["fc1"](self.norm2(x))))


class Passt(nn.Module):
    """One clip at a time, eval mode: no patchout, the time embedding is cut at its end."""

    def __init__(self, width, depth, heads, classes, bands=128, columns=99, patch=16, stride=10):
        super().__init__()
        rows = (bands - patch) // stride + 1
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(1, width, patch, stride)})
        self.cls_token = nn.Parameter(torch.empty(1, 1, width))
        self.dist_token = nn.Parameter(torch.empty(1, 1, width))
        self.new_pos_embed = nn.Parameter(torch.empty(1, 2, width))
        self.freq_new_pos_embed = nn.Parameter(torch.empty(1, width, rows, 1))
        self.time_new_pos_embed = nn.Parameter(torch.empty(1, width, 1, columns))
        self.blocks = nn.Sequential(*(PasstBlock(width, heads) for _ in range(depth)))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, classes))
        self.head_dist = nn.Linear(width, classes)

    def embed(self, mel):
        """[2 + rows * columns, width]: what the first block sees. Patch (f, t) is token 2 + f * columns + t."""
        x = self.patch_embed["proj"](mel[None, None])
        x = x[..., : self.time_new_pos_embed.shape[-1]]
        x = x + self.time_new_pos_embed[..., : x.shape[-1]] + self.freq_new_pos_embed
        tokens = x.flatten(2).transpose(1, 2)[0]
        return torch.cat([self.cls_token[0] + self.new_pos_embed[0, :1], self.dist_token[0] + self.new_pos_embed[0, 1:], tokens])

    def forward(self, mel):
        """Normed tokens, feature, logits."""
        tokens = self.norm(self.blocks(self.embed(mel)))
        feature = (tokens[0] + tokens[1]) / 2
        return tokens, feature, self.head(feature)


def main():
    import torchaudio

    difference = lambda a, b: float((a - b).abs().max())
    x = torch.randn(32000, generator=torch.Generator().manual_seed(1)) / 10
    theirs = torchaudio.transforms.MelSpectrogram(
        sample_rate=16000, n_fft=1024, win_length=400, hop_length=160, n_mels=64, f_min=60, f_max=7800)(x)
    print("BYOL-S log mel", difference(byols_log_mel(x), torch.log(theirs + FLT_EPSILON)))
    bank, _ = torchaudio.compliance.kaldi.get_mel_banks(128, 1024, 32000, 0.0, 15000.0, 100.0, -500.0, 1.0)
    bank = nn.functional.pad(bank, (0, 1))
    print("PaSST bank", difference(kaldi_bank(128, 1024, 32000, 0, 15000), bank))
    emphasised = nn.functional.conv1d(x[None, None], torch.tensor([[[-0.97, 1]]]))[0, 0]
    spectrum = torch.stft(emphasised, 1024, 320, 800, torch.hann_window(800, periodic=False), return_complex=True)
    power = torch.view_as_real(spectrum).square().sum(-1)
    print("PaSST mel", difference(passt_mel(x), (torch.log(bank @ power + 1e-5) + 4.5) / 5))


if __name__ == "__main__":
    main()
