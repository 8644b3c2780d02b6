"""Writes the reference files beside this script, with the formats' own Python packages.

Needs: torch, numpy, safetensors, gguf, transformers. Run: python make_reference_files.py
"""

import base64
import json
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import quants
from safetensors.torch import save_file
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

HERE = Path(__file__).parent
QUANTISED = ["Q4_0", "Q4_1", "Q8_0", "BF16", "F16"]
RANDOM_BYTES = {"Q4_K": 144, "Q6_K": 210}


def text(array):
    return base64.b64encode(array.tobytes()).decode()


def quantised_blocks(rng):
    """Bytes of each type, and the float32 values that the gguf package reads from them."""
    cases = []
    for name in QUANTISED:
        kind = gguf.GGMLQuantizationType[name]
        data = quants.quantize(rng.normal(0, 1, (4, 256)).astype(np.float32), kind)
        cases.append((name, data, quants.dequantize(data, kind)))
    for name, size in RANDOM_BYTES.items():
        data = rng.integers(0, 256, (4, size), dtype=np.uint8)
        scales = rng.normal(0, 0.01, (4, 2)).astype(np.float16).view(np.uint8)
        if name == "Q4_K":
            data[:, :4] = scales
        else:
            data[:, -2:] = scales[:, :2]
        cases.append((name, data, quants.dequantize(data, gguf.GGMLQuantizationType[name])))
    rows = [
        {"type": name, "bytes": text(data), "values": text(values.astype("<f4"))}
        for name, data, values in cases
    ]
    (HERE / "gguf" / "quantised.json").write_text(json.dumps(rows, indent=1) + "\n")


def gguf_file(rng):
    """A file with a value of every type, a list of tensors and an alignment of its own."""
    writer = gguf.GGUFWriter(HERE / "gguf" / "reference.gguf", "llama")
    writer.add_custom_alignment(64)
    writer.add_uint8("u8", 200)
    writer.add_int8("i8", -100)
    writer.add_uint16("u16", 60000)
    writer.add_int16("i16", -30000)
    writer.add_uint32("u32", 4000000000)
    writer.add_int32("i32", -2000000000)
    writer.add_uint64("u64", 1 << 62)
    writer.add_int64("i64", -(1 << 62))
    writer.add_float32("f32", 0.5)
    writer.add_float64("f64", 0.1)
    writer.add_bool("yes", True)
    writer.add_bool("no", False)
    writer.add_string("text", "grüße 🐼")
    writer.add_array("strings", ["a", "", "ü"])
    writer.add_array("integers", [3, -2, 1])
    writer.add_array("floats", [0.25, -1.5])
    writer.add_tensor("matrix", np.arange(6, dtype=np.float32).reshape(2, 3))
    half = np.array([1, -2, 0.5], dtype=np.float16)
    writer.add_tensor("half", half)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def safetensors_file():
    tensors = {
        "single": torch.tensor([[1.0, -2.5], [3.25, 1e-20]]),
        "half": torch.tensor([1.0, -65504.0, 6e-8], dtype=torch.float16),
        "brain": torch.tensor([1.0, 3e38, -0.0078125], dtype=torch.bfloat16),
        "integers": torch.tensor([1, 2], dtype=torch.int64),
        "empty": torch.zeros(0, 4),
        "scalar": torch.tensor(7.0),
    }
    save_file(tensors, HERE / "safetensors" / "reference.safetensors", {"format": "pt"})


def rotary_embeddings():
    """Inverse frequencies and attention factors as transformers computes them."""
    scalings = [
        {"rope_type": "linear", "factor": 4.0},
        {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 1024,
        },
        {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 2048},
        {
            "rope_type": "yarn",
            "factor": 8.0,
            "original_max_position_embeddings": 1024,
            "beta_fast": 16.0,
            "beta_slow": 2.0,
            "truncate": False,
            "mscale": 1.0,
            "mscale_all_dim": 0.5,
        },
    ]
    cases = []
    for scaling in scalings:
        config = LlamaConfig(
            hidden_size=256,
            num_attention_heads=4,
            max_position_embeddings=8192,
            rope_parameters={"rope_theta": 500000.0, **scaling},
        )
        frequencies, factor = ROPE_INIT_FUNCTIONS[scaling["rope_type"]](config, "cpu")
        cases.append(
            {
                "scaling": scaling,
                "rope_theta": 500000.0,
                "inverse_frequencies": [float(f) for f in frequencies],
                "attention_factor": float(factor),
            }
        )
    plain = 1.0 / (500000.0 ** (torch.arange(0, 64, 2, dtype=torch.int64).float() / 64))
    cases.append(
        {
            "scaling": {"rope_type": "default"},
            "rope_theta": 500000.0,
            "inverse_frequencies": [float(f) for f in plain],
            "attention_factor": 1.0,
        }
    )
    (HERE / "rotary.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    generator = np.random.default_rng(7)
    quantised_blocks(generator)
    gguf_file(generator)
    safetensors_file()
    rotary_embeddings()
