"""Times an encoder of random weights in ser-bench-encoder and in transformers (fused attention on both sides), side by
side: rounds of one run each, in turn, so that other work on the machine hits both. Clips of 1 to 8 s, one at a time;
a training step is forward, backward and AdamW on the blocks and a linear head, for a padded batch of four clips without
attention dropout, layer drop and masks. transformers' Whisper gets features that were made before, ours makes them.
Prints medians of wall and processor seconds, and the ratios.

  cmake --build build --target ser-bench-encoder
  python tests/bench/encoder_speed.py build/bin/ser-bench-encoder --model wav2vec2-base --threads 1
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "golden/make"))
import encoder_reference as ref
from make_encoders import FULL_SIZE

SECONDS = [1.0, 2.3, 3.1, 8.0]


class Transformers:
    def __init__(self, folder, family, clips):
        self.whisper = family == "whisper"
        model_class = ref.FAMILIES[family][1]
        model = model_class.from_pretrained(folder, attn_implementation="sdpa" if family != "wavlm" else "eager")
        self.model = model.encoder if self.whisper else model
        self.model.eval()
        if self.whisper:
            extractor = transformers.WhisperFeatureExtractor.from_pretrained(folder)
            self.inputs = [extractor(c, sampling_rate=ref.RATE_HZ, return_tensors="pt").input_features for c in clips]
        else:
            self.inputs = [torch.from_numpy((c - c.mean()) / np.sqrt(c.var() + 1e-7))[None] for c in clips]
        self.bf16 = None
        if not self.whisper:
            self.model.feature_extractor._freeze_parameters()
        size = self.model.config.d_model if self.whisper else self.model.config.hidden_size
        self.head = torch.nn.Linear(size, 4)
        trained = [p for p in self.model.parameters() if p.requires_grad] + list(self.head.parameters())
        self.optimiser = torch.optim.AdamW(trained, lr=1e-5, fused=True)

    @torch.inference_mode()
    def fp32(self):
        self.model.eval()
        for x in self.inputs:
            self.model(x, output_hidden_states=True)

    @torch.inference_mode()
    def bf16(self):
        self.fp32()

    def train(self):
        self.model.train()
        if self.whisper:
            h = self.model(torch.cat(self.inputs)).last_hidden_state
            pooled = h.mean(1)
        else:
            x = torch.nn.utils.rnn.pad_sequence([x[0] for x in self.inputs], batch_first=True)
            mask = torch.zeros(x.shape, dtype=torch.long)
            for i, one in enumerate(self.inputs):
                mask[i, : one.shape[1]] = 1
            h = self.model(x, attention_mask=mask).last_hidden_state
            frames = self.model._get_feature_vector_attention_mask(h.shape[1], mask).float()[..., None]
            pooled = (h * frames).sum(1) / frames.sum(1)
        self.optimiser.zero_grad()
        torch.nn.functional.cross_entropy(self.head(pooled), torch.arange(len(self.inputs)) % 4).backward()
        self.optimiser.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--model", default="wav2vec2-base", choices=list(FULL_SIZE))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--what", nargs="+", default=["fp32", "bf16", "train"])
    options = parser.parse_args()
    family, sizes = FULL_SIZE[options.model]
    if family == "whisper":
        sizes = sizes | dict(decoder_layers=1, vocab_size=100, pad_token_id=0, bos_token_id=1, eos_token_id=2,
                             decoder_start_token_id=3)
    else:
        sizes = sizes | dict(layerdrop=0.0, mask_time_prob=0.0, attention_dropout=0.0)
    torch.set_num_threads(options.threads)
    rng = np.random.default_rng(1)
    clips = [(0.1 * rng.standard_normal(int(ref.RATE_HZ * s))).astype(np.float32) for s in SECONDS]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        model = ref.build(family, sizes, 0)
        processor = (ref.whisper_extractor(model.config.to_dict()).to_dict() if family == "whisper"
                     else ref.wave_processor(True, False))
        processor.pop("mel_filters", None)
        ref.save_model(folder / "model", model, processor, layout="safetensors", dtype=torch.float32)
        files = []
        for i, clip in enumerate(clips):
            files.append(folder / f"{i}.npy")
            np.save(files[-1], clip[None])
        theirs = Transformers(folder / "model", family, clips)
        ours = subprocess.Popen([options.program, folder / "model", str(options.threads), *files], text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        times = {}
        for round_number in range(options.rounds + 1):
            for what in options.what:
                ours.stdin.write(what + "\n")
                ours.stdin.flush()
                mine = [float(word) for word in ours.stdout.readline().split()]
                wall, processor_time = time.perf_counter(), time.process_time()
                if what != "bf16":
                    getattr(theirs, what)()
                other = [time.perf_counter() - wall, time.process_time() - processor_time]
                if round_number:  # the first one warms up
                    times.setdefault(what, []).append((*mine, *other))
        ours.stdin.close()
        ours.wait()
    print(f"{options.model}, {options.threads} threads, torch {torch.__version__}, transformers "
          f"{transformers.__version__}, medians of {options.rounds}")
    fp32 = [statistics.median(column) for column in zip(*times.get("fp32", [(1, 1, 1, 1)]))]
    for what, rows in times.items():
        wall, cpu, their_wall, their_cpu = (statistics.median(column) for column in zip(*rows))
        if what == "bf16":
            print(f"  bf16   ours {wall:.3f} s wall, {cpu:.3f} s processor; of our fp32: {wall / fp32[0]:.2f} wall, "
                  f"{cpu / fp32[1]:.2f} processor; of transformers' fp32: {cpu / fp32[3]:.2f} processor")
            continue
        paired = statistics.median(row[1] / row[3] for row in rows)
        print(f"  {what:6} ours {wall:.3f} s wall, {cpu:.3f} s processor; transformers {their_wall:.3f}, {their_cpu:.3f}; "
              f"ratio {wall / their_wall:.2f} wall, {cpu / their_cpu:.2f} processor, paired {paired:.2f}")


main()
