"""Writes golden/adapters.json: LoRA adapters of each kind that PEFT makes on golden/tiny-llama, as it saves them, with the
last token's state that PEFT computes after it has loaded them again. Prints how far that is from W + scale B A on the
original weights, which is all that Panda computes. See README.md."""

import contextlib
import json
import math
import pathlib
import tempfile
import warnings

import peft
import torch
import transformers
from peft import EvaConfig, LoraConfig, PeftModel, TaskType, get_peft_model, initialize_lora_eva_weights
from peft.tuners.lora.config import CordaConfig
from peft.tuners.lora.corda import preprocess_corda
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden"
BASE = GOLDEN / "tiny-llama"
IDS = [5, 17, 80, 3, 41, 66]
TARGETS = ["k_proj"]

# Every kind with what makes it one, and the field for which Panda refuses it, if it does.
KINDS = {
    "true": (dict(), None),
    "gaussian": (dict(init_lora_weights="gaussian"), None),
    "orthogonal": (dict(init_lora_weights="orthogonal", r=2), None),
    "mica": (dict(init_lora_weights="mica"), None),
    "eva": (dict(init_lora_weights="eva", eva_config=EvaConfig(rho=1.0)), None),
    "pissa": (dict(init_lora_weights="pissa"), "init_lora_weights"),
    "pissa in few iterations": (dict(init_lora_weights="pissa_niter_4"), "init_lora_weights"),
    "pissa, converted": (dict(init_lora_weights="pissa"), None),
    "pissa, rank-stabilised, converted": (dict(init_lora_weights="pissa", use_rslora=True), None),
    "olora": (dict(init_lora_weights="olora"), "init_lora_weights"),
    "olora, converted": (dict(init_lora_weights="olora"), None),
    "corda": (dict(init_lora_weights="corda", corda_config=CordaConfig()), "init_lora_weights"),
    "dora": (dict(use_dora=True), "use_dora"),
    "rank-stabilised": (dict(use_rslora=True, r=2), None),
    "rank pattern": (dict(rank_pattern={"k_proj": 2}), "rank_pattern"),
    "alpha pattern": (dict(alpha_pattern={"k_proj": 9}), "alpha_pattern"),
    "score head": (dict(task_type=TaskType.SEQ_CLS), "modules_to_save"),
    "one block": (dict(layers_to_transform=[1]), None),
    "bias of all": (dict(bias="all"), "bias"),
    "bias of adapted layers": (dict(bias="lora_only"), "bias"),
    "all linear": (dict(target_modules="all-linear"), None),
    "rows of tokens": (dict(trainable_token_indices=[3, 5]), "trainable_token_indices"),
    "bias in B": (dict(lora_bias=True), "lora_bias"),
    "repeated blocks": (dict(layer_replication=[[0, 2], [1, 2]]), "layer_replication"),
    "parameters": (dict(target_parameters=["mlp.down_proj.weight"], target_modules=["q_proj"]), "target_parameters"),
}


def base(classifier=False):
    kind = AutoModelForSequenceClassification if classifier else AutoModelForCausalLM
    torch.manual_seed(1)
    extra = dict(num_labels=1, pad_token_id=0) if classifier else {}
    return kind.from_pretrained(BASE, dtype=torch.float32, attn_implementation="eager", **extra).eval()


@torch.no_grad()
def state(model):
    return model(torch.tensor([IDS]), output_hidden_states=True).hidden_states[-1][0, -1]


def train(model):
    """Stands for a training: changes every factor."""
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad or "lora_" in name:
                parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))


def make(kind, options, folder):
    converted = "converted" in kind
    options = dict(r=1, lora_alpha=3, target_modules=TARGETS) | options
    model = base(classifier="score" in kind)
    if options.get("init_lora_weights") == "corda":
        config = LoraConfig(**options)
        preprocess_corda(model, config, run_model=lambda: model(torch.tensor([IDS])))
    else:
        config = LoraConfig(**options)
    model = get_peft_model(model, config).eval()
    if options.get("init_lora_weights") == "eva":
        batches = [{"input_ids": torch.tensor([[i, 2 * i % 96, 7, 40 + i, 3 * i % 96]])} for i in range(1, 40)]
        initialize_lora_eva_weights(model, batches)
    if converted:
        with tempfile.TemporaryDirectory() as initial:
            model.peft_config["default"].init_lora_weights = True
            model.save_pretrained(initial)
            model.peft_config["default"].init_lora_weights = options["init_lora_weights"]
            train(model)
            model.save_pretrained(folder, path_initial_model_for_weight_conversion=initial)
    else:
        train(model)
        model.save_pretrained(folder)
    return state(model)


def by_hand(folder):
    """What W + scale B A gives, with one rank and one alpha for all."""
    config = json.loads((folder / "adapter_config.json").read_text())
    model = base()
    scale = config["lora_alpha"] / (math.sqrt(config["r"]) if config["use_rslora"] else config["r"])
    tensors = load_file(folder / "adapter_model.safetensors")
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, a in tensors.items():
            if name.endswith(".lora_A.weight"):
                weight = name.removeprefix("base_model.model.").replace(".lora_A.weight", ".weight")
                parameters[weight].add_(scale * tensors[name.replace("lora_A", "lora_B")] @ a)
    return state(model)


def main():
    torch.set_num_threads(1)
    kinds = []
    whole = None
    for kind, (options, refused) in KINDS.items():
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            trained = make(kind, options, folder)
            config = json.loads((folder / "adapter_config.json").read_text())
            config["target_modules"].sort()
            whole = whole or config
            tensors = load_file(folder / "adapter_model.safetensors")
            loaded = None
            if kind != "corda":  # PEFT itself loads it only where it was trained
                loaded = state(PeftModel.from_pretrained(base("score" in kind), folder).eval())
                print(f"{kind:34} loaded again {(trained - loaded).abs().max().item():9.2e} from trained", end=", ")
            with contextlib.suppress(KeyError):
                print(f"W + scale B A is {(by_hand(folder) - trained).abs().max().item():9.2e} from it", end="")
            print()
        case = {"kind": kind, "config": {k: v for k, v in config.items() if k == "r" or v != whole[k]}}
        if refused:
            case |= {"refused": refused}
        else:
            case |= {"tensors": {n: [[round(v, 4) for v in row] for row in t.tolist()] for n, t in tensors.items()},
                     "state": [round(v, 4) for v in loaded.tolist()]}
        kinds.append(json.dumps(case))
    made_with = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    whole["base_model_name_or_path"] = "tiny-llama"
    (GOLDEN / "adapters.json").write_text(
        '{"made_with": %s,\n"ids": %s,\n"config": %s,\n"kinds": [\n%s\n]}\n'
        % (json.dumps(made_with), json.dumps(IDS), json.dumps(whole), ",\n".join(kinds)))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
