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
QUANTISED = ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "MXFP4"]

# Types that the gguf package only reads: the offsets of the scales in a block; all else is random.
RANDOM_BYTES = {
    "Q2_K": [80, 82],
    "Q3_K": [108],
    "Q4_K": [0, 2],
    "Q5_K": [0, 2],
    "Q6_K": [208],
    "Q8_K": [],
    "IQ4_NL": [0],
    "IQ4_XS": [0],
}


def text(array):
    return base64.b64encode(array.tobytes()).decode()


def q8_k(rng, data):
    """Sets the scales. The package does not read this type: ggml.h says d, 256 qs, 16 sums."""
    data[:, :4] = rng.normal(0, 0.01, (2, 1)).astype(np.float32).view(np.uint8)
    return data[:, :4].copy().view(np.float32) * data[:, 4:260].view(np.int8).astype(np.float32)


def quantised_blocks(rng):
    """Bytes of each type, and the float32 values that the gguf package reads from them."""
    cases = []
    for name in QUANTISED:
        kind = gguf.GGMLQuantizationType[name]
        values = rng.normal(0, 1, (2, 64)).astype(np.float32)
        data = quants.quantize(values, kind).view(np.uint8)
        cases.append((name, data, quants.dequantize(data, kind)))
    for name, scales in RANDOM_BYTES.items():
        kind = gguf.GGMLQuantizationType[name]
        data = rng.integers(0, 256, (2, gguf.GGML_QUANT_SIZES[kind][1]), dtype=np.uint8)
        for at in scales:
            data[:, at : at + 2] = rng.normal(0, 0.01, (2, 1)).astype(np.float16).view(np.uint8)
        cases.append((name, data, q8_k(rng, data) if name == "Q8_K" else quants.dequantize(data, kind)))
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
