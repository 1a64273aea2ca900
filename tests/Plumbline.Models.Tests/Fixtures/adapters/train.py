"""What training adapters of the tiny checkpoints starts from: gradients of low-rank adapters, and logits behind soft prompts and control tokens.

Run with Debian's python3-torch, in this folder, after ../logits/make.py: python3 train.py
Definitions come from make.py, which shares no code with Plumbline; gradients are those of PyTorch's autograd. For each low-rank adapter
gradients.safetensors holds the gradient of the mean cross-entropy of every next token. The length ||W + s B A|| of DoRA is held still, as in its paper (section 4.3).
"""
import json
import math
import os
import sys

import torch

sys.dont_write_bytecode = True
sys.path.insert(0, "../logits")
import make  # noqa: E402

IDS = list(make.IDS)


class Trained(make.Adapted):
    """An adapter whose parts take gradients."""

    def part(self, name, *shape, **more):
        return self.parts.get(name, *shape, **more).requires_grad_(True)

    def get(self, name, *shape, **more):
        weight = self.plain.get(name, *shape, **more)
        module = name.rsplit(".", 1)[0]
        if not name.endswith(".weight") or not any(module.endswith(each) for each in self.modules):
            return weight
        upright = weight.T if self.on_their_side else weight
        outputs, inputs = upright.shape
        key = f"base_model.model.{module}"
        moved = upright + self.scale * self.part(f"{key}.lora_B.weight", outputs, self.rank) @ self.part(f"{key}.lora_A.weight", self.rank, inputs)
        if self.dora:
            still = moved.detach()
            moved = moved * (self.part(f"{key}.lora_magnitude_vector", outputs, around=1.5) / torch.sqrt((still * still).sum(1)))[:, None]
        return moved.T if self.on_their_side else moved


def write_gradients(folder, w, logits):
    with open(f"{folder}/expected.json") as file:
        assert (torch.tensor(json.load(file)["logits"]) - logits.detach()).abs().max() < 1e-6, folder
    torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(IDS[1:])).backward()
    make.write_safetensors(f"{folder}/gradients.safetensors", {name: value.grad for name, value in w.parts.items()}, "F32")


class Longer:
    """Weights whose embedding has more rows than the vocabulary: virtual tokens, or control tokens."""

    def __init__(self, plain, extra, name):
        self.plain, self.extra, self.name = plain, extra, name

    def get(self, name, *shape, **more):
        weight = self.plain.get(name, *shape, **more)
        return torch.cat([weight, self.extra]) if name == self.name else weight

    def __getitem__(self, name):
        return torch.cat([self.plain[name], self.extra]) if name == self.name else self.plain[name]


def write(folder, config, tensors, ids, logits):
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/adapter_config.json", "w") as file:
        json.dump(config, file, indent=1)
        file.write("\n")
    make.write_safetensors(f"{folder}/adapter_model.safetensors", tensors, "F32")
    with open(f"{folder}/expected.json", "w") as file:
        json.dump({"ids": ids, "logits": [[round(number, 7) for number in row[:make.VOCABULARY]] for row in logits.tolist()]}, file)
        file.write("\n")


def prompt(base, seed, compute, embedding="model.embed_tokens.weight", scaled=True):
    count = 3
    rows = make.Weights(seed).get("prompt_embeddings", count, make.WIDTH, spread=0.8)
    make.IDS = [make.VOCABULARY + index for index in range(count)] + IDS
    logits = compute(lambda w: Longer(w, rows if scaled else rows / math.sqrt(make.WIDTH), embedding))
    make.IDS = IDS
    config = {"peft_type": "PROMPT_TUNING", "task_type": "CAUSAL_LM", "base_model_name_or_path": base, "num_virtual_tokens": count, "token_dim": make.WIDTH, "num_transformer_submodules": 1,
              "num_attention_heads": make.HEADS, "num_layers": make.LAYERS, "prompt_tuning_init": "RANDOM", "prompt_tuning_init_text": None, "tokenizer_name_or_path": None, "inference_mode": True,
              "revision": None}
    write(f"{base}-prompt", config, {"prompt_embeddings": rows}, IDS, logits[count:])


def main():
    for name, more in (("lora", {}), ("rslora", {"rslora": True}), ("dora", {"dora": True})):
        w = Trained(make.Weights(1), 21, ["q_proj", "v_proj", "down_proj"], 2, 3, **more)
        write_gradients(f"llama-{name}", w, make.llama_like(w, make.plain(4, 100.0)))
    w = Trained(make.Weights(12), 22, ["qkv_proj", "gate_up_proj"], 3, 6)
    write_gradients("phi3-short-lora", w, make.llama_like(w, make.longrope(4, 100.0, [1.0, 1.1], [1.5, 4.0], 16, 64), packed=True))
    w = Trained(make.Weights(15), 23, ["c_attn", "c_fc"], 2, 4, dora=True, on_their_side=True)
    write_gradients("gpt2-dora", w, make.gpt2(w))

    prompt("llama", 31, lambda longer: make.llama_like(longer(make.Weights(1)), make.plain(4, 100.0)))
    prompt("qwen2", 32, lambda longer: make.llama_like(longer(make.Weights(8)), make.plain(4, 100.0), tied=True, qkv_bias=True, windows=[None, 5]))
    prompt("gpt2", 33, lambda longer: make.gpt2(longer(make.Weights(15))), "transformer.wte.weight")
    prompt("gemma2", 34, lambda longer: make.gemma(longer(make.Weights(13)), head=6, third=False, windows=[4, None, 4], scalar=7, turn_full=make.plain(6, 100.0), turn_local=make.plain(6, 100.0),
                                                   cap=2.0, final_cap=3.0))
    # Gemma 3 scales embeddings where it looks them up, so virtual tokens are not scaled.
    prompt("gemma3", 35, lambda longer: make.gemma(longer(make.Weights(14)), head=6, third=True, windows=[4, None, 4], scalar=7, turn_full=make.linear(6, 100.0, 8.0), turn_local=make.plain(6, 20.0)),
           scaled=False)

    rows = make.Weights(36).get("rows", 2, make.WIDTH, spread=0.8)
    make.IDS = [make.VOCABULARY + 1] + IDS[:5] + [make.VOCABULARY] + IDS[5:]
    logits = make.llama_like(Longer(make.Weights(1), rows, "model.embed_tokens.weight"), make.plain(4, 100.0))
    config = {"peft_type": "TRAINABLE_TOKENS", "task_type": "CAUSAL_LM", "base_model_name_or_path": "llama", "token_indices": [make.VOCABULARY, make.VOCABULARY + 1], "target_modules": ["model.embed_tokens"],
              "init_weights": True, "inference_mode": True, "revision": None}
    write("llama-control", config, {"base_model.model.model.embed_tokens.trainable_tokens_delta": rows}, make.IDS, logits)
    with open("llama-control/added_tokens.json", "w") as file:
        json.dump({"<|good|>": make.VOCABULARY, "<|bad|>": make.VOCABULARY + 1}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
