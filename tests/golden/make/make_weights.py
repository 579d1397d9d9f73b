"""weights/: small models as torch.save, safetensors and Hugging Face folders write them, and their values as text."""

import argparse
import collections
import io
import json
import pathlib
import shutil
import zipfile

import torch
from safetensors.torch import save_file

OUT = pathlib.Path(__file__).resolve().parent.parent / "weights"


def ramp(*shape, start=0.0):
    """Values that every type here holds exactly."""
    count = torch.Size(shape).numel()
    return (start + 0.25 * torch.arange(count)).reshape(shape)


def save(name, value, **options):
    """torch.save, stored again without the padding to 64 bytes and in one order, so that files are small."""
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    source = zipfile.ZipFile(buffer)
    with zipfile.ZipFile(OUT / name, "w", zipfile.ZIP_STORED) as out:
        for entry in source.namelist():
            record = zipfile.ZipInfo("archive/" + entry.split("/", 1)[1])
            if not record.filename.endswith((".data/serialization_id", ".format_version", ".storage_alignment")):
                out.writestr(record, source.read(entry))


def plain():
    return collections.OrderedDict([("linear.weight", ramp(2, 3)), ("linear.bias", ramp(2, start=-1))])


def types():
    return {
        "f64": ramp(3).double(),
        "f16": ramp(3, start=-0.5).half(),
        "bf16": ramp(3, start=-0.5).bfloat16(),
        "i64": torch.tensor([-(2**40), 3]),
        "i32": torch.tensor([-70000, 3], dtype=torch.int32),
        "i16": torch.tensor([-300, 3], dtype=torch.int16),
        "i8": torch.tensor([-128, 3], dtype=torch.int8),
        "u8": torch.tensor([255, 3], dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(7),
        "empty": torch.zeros(0, 4),
    }


def views():
    base = ramp(4, 3)
    return {
        "base": base,
        "transposed": base.t(),
        "row": base[2],
        "column": base[:, 1],
        "expanded": ramp(1, 2).expand(3, 2),
        "parameter": torch.nn.Parameter(ramp(2, start=5)),
        "tied": base,
    }


def checkpoint():
    """What training scripts leave: weights below a key, arguments as an object, the state of an optimiser."""
    model = torch.nn.Linear(3, 2)
    with torch.no_grad():
        model.weight.copy_(ramp(2, 3))
        model.bias.copy_(ramp(2, start=-1))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        model.weight.copy_(ramp(2, 3))
        model.bias.copy_(ramp(2, start=-1))
    return {
        "args": argparse.Namespace(arch="hubert", layers=[1, 2], rate=1e-3, when=pathlib.PurePosixPath("x")),
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": 3,
        "big": 2**80,
        "seen": {1, 2},
        "raw": b"\x00\x01",
    }


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    save("plain.pt", plain())
    save("types.pt", types())
    save("views.pt", views())
    save("checkpoint.pt", checkpoint())
    save("protocol5.pt", checkpoint(), pickle_protocol=5)
    torch.manual_seed(1)
    save("whole_model.pt", torch.nn.Linear(3, 2))
    torch.save({"linear.weight": ramp(2, 3)}, OUT / "as_saved.pt")

    save_file(types(), OUT / "types.safetensors", metadata={"format": "pt"})
    folder = OUT / "sharded"
    folder.mkdir()
    tensors = plain()
    weight_map = {}
    for number, (name, tensor) in enumerate(tensors.items(), 1):
        file = f"model-{number:05d}-of-{len(tensors):05d}.safetensors"
        save_file({name: tensor}, folder / file)
        weight_map[name] = file
    index = {"metadata": {"total_size": 32}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


if __name__ == "__main__":
    main()
