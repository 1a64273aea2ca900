"""Tiny random checkpoints of every architecture, and their logits, by an implementation of their definitions in plain PyTorch.

Run with Debian's python3-torch, in this folder: python3 make.py
It shares no code with Plumbline: each architecture is written out as the model's own publication and its configuration keys define it,
in float64, without caches, fused matrices or masks of any library. Each folder holds config.json, the weights, and expected.json:
{"ids": [...], "logits": [[... per token of the vocabulary] per position]}.
"""
import json
import math
import os
import struct

import torch

torch.set_default_dtype(torch.float64)
IDS = [3, 17, 5, 0, 9, 11, 2, 22, 7, 7, 1, 14]
VOCABULARY, WIDTH, INNER, LAYERS, HEADS, KEY_HEADS = 24, 16, 20, 2, 4, 2


# ---- files -------------------------------------------------------------------------------------------------------------

def write_safetensors(path, tensors, dtype):
    header, data = {}, b""
    for name, value in sorted(tensors.items()):
        if dtype == "F32":
            raw = struct.pack(f"<{value.numel()}f", *value.flatten().tolist())
        else:  # BF16: the upper half of a float32 that has been rounded to it
            raw = b"".join(struct.pack("<f", number)[2:] for number in value.flatten().tolist())
        header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def write(name, config, tensors, logits, dtype="F32", shards=1):
    os.makedirs(name, exist_ok=True)
    with open(f"{name}/config.json", "w") as file:
        json.dump(config, file, indent=1)
        file.write("\n")
    if shards == 1:
        write_safetensors(f"{name}/model.safetensors", tensors, dtype)
    else:
        names, weight_map = sorted(tensors), {}
        for shard in range(shards):
            part = names[shard::shards]
            file_name = f"model-{shard + 1:05d}-of-{shards:05d}.safetensors"
            write_safetensors(f"{name}/{file_name}", {each: tensors[each] for each in part}, dtype)
            weight_map.update({each: file_name for each in part})
        with open(f"{name}/model.safetensors.index.json", "w") as file:
            json.dump({"metadata": {"total_size": 0}, "weight_map": weight_map}, file, indent=1)
            file.write("\n")
    with open(f"{name}/expected.json", "w") as file:
        json.dump({"ids": IDS, "logits": [[round(number, 7) for number in row] for row in logits.tolist()]}, file)
        file.write("\n")


class Weights(dict):
    """Random weights, rounded to what the file can hold, made when they are first asked for."""

    def __init__(self, seed, dtype="F32"):
        super().__init__()
        self.generator = torch.Generator().manual_seed(seed)
        self.kind = torch.float32 if dtype == "F32" else torch.bfloat16

    def get(self, name, *shape, around=0.0, spread=0.35):
        if name not in self:
            self[name] = (torch.randn(shape, generator=self.generator) * spread + around).to(self.kind).to(torch.float64)
        return self[name]


class Adapted:
    """Weights with a low-rank change on some modules, as PEFT defines it; the change is written beside them."""

    def __init__(self, plain, seed, modules, rank, alpha, rslora=False, dora=False, on_their_side=False):
        self.plain, self.modules, self.on_their_side, self.dora = plain, modules, on_their_side, dora
        self.parts = Weights(seed)
        self.rank, self.scale = rank, alpha / (math.sqrt(rank) if rslora else rank)
        self.config = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "base", "r": rank, "lora_alpha": alpha, "lora_dropout": 0.05, "bias": "none", "use_rslora": rslora,
                       "use_dora": dora, "target_modules": modules, "init_lora_weights": True, "fan_in_fan_out": on_their_side, "modules_to_save": None, "rank_pattern": {}, "alpha_pattern": {}}

    def get(self, name, *shape, **more):
        weight = self.plain.get(name, *shape, **more)
        module = name.rsplit(".", 1)[0]
        if not name.endswith(".weight") or not any(module.endswith(each) for each in self.modules):
            return weight
        upright = weight.T if self.on_their_side else weight
        outputs, inputs = upright.shape
        key = f"base_model.model.{module}"
        change = self.parts.get(f"{key}.lora_B.weight", outputs, self.rank) @ self.parts.get(f"{key}.lora_A.weight", self.rank, inputs)
        moved = upright + self.scale * change
        if self.dora:
            lengths = self.parts.get(f"{key}.lora_magnitude_vector", outputs, around=1.5)
            moved = torch.stack([row / math.sqrt((row * row).sum()) * length for row, length in zip(moved, lengths)])
        return moved.T if self.on_their_side else moved

    def __getitem__(self, name):
        return self.plain[name]

    def write(self, folder, logits):
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/adapter_config.json", "w") as file:
            json.dump(self.config, file, indent=1)
            file.write("\n")
        write_safetensors(f"{folder}/adapter_model.safetensors", self.parts, "F32")
        with open(f"{folder}/expected.json", "w") as file:
            json.dump({"ids": IDS, "logits": [[round(number, 7) for number in row] for row in logits.tolist()]}, file)
            file.write("\n")


# ---- definitions -------------------------------------------------------------------------------------------------------

def rms(x, weight, epsilon=1e-5):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + epsilon) * weight


def layer_norm(x, weight, bias, epsilon=1e-5):
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt((centred * centred).mean(-1, keepdim=True) + epsilon) * weight + bias


def silu(x):
    return x / (1 + torch.exp(-x))


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def frequencies(dim, theta):
    return torch.tensor([theta ** (-2 * i / dim) for i in range(dim // 2)])


def rotate(head, angles, magnitude=1.0):
    """head [time, dim]: number i is paired with number i + half of what is turned."""
    half = angles.shape[-1]
    first, second, rest = head[:, :half], head[:, half:2 * half], head[:, 2 * half:]
    cos, sin = torch.cos(angles) * magnitude, torch.sin(angles) * magnitude
    return torch.cat([first * cos - second * sin, second * cos + first * sin, rest], -1)


def attention(queries, keys, values, scale, window=None, cap=None):
    """All [time, dim]: one head, token by token."""
    out = []
    for at in range(len(queries)):
        first = 0 if window is None else max(0, at - window + 1)
        scores = (keys[first:at + 1] @ queries[at]) * scale
        if cap is not None:
            scores = cap * torch.tanh(scores / cap)
        shares = torch.exp(scores - scores.max())
        out.append((shares / shares.sum()) @ values[first:at + 1])
    return torch.stack(out)


def heads_of(x, count):
    return [x[:, i * (x.shape[1] // count):(i + 1) * (x.shape[1] // count)] for i in range(count)]


def many_heads(q, k, v, heads, key_heads, turn, scale, window=None, cap=None, norms=None):
    queries, keys, values = heads_of(q, heads), heads_of(k, key_heads), heads_of(v, key_heads)
    if norms is not None:
        queries, keys = [rms(each, norms[0], norms[2]) for each in queries], [rms(each, norms[1], norms[2]) for each in keys]
    queries, keys = [turn(each) for each in queries], [turn(each) for each in keys]
    group = heads // key_heads
    return torch.cat([attention(queries[i], keys[i // group], values[i // group], scale, window, cap) for i in range(heads)], -1)


def llama_like(w, turn_of, *, head=4, tied=False, qkv_bias=False, o_bias=False, mlp_bias=False, qk_norm=False, windows=None, packed=False):
    positions = torch.arange(len(IDS), dtype=torch.float64)
    embed = w.get("model.embed_tokens.weight", VOCABULARY, WIDTH, spread=0.8)
    x = embed[IDS]
    for layer in range(LAYERS):
        p = f"model.layers.{layer}"
        h = rms(x, w.get(f"{p}.input_layernorm.weight", WIDTH, around=1))
        sizes = [HEADS * head, KEY_HEADS * head, KEY_HEADS * head]
        if packed:
            all_three = w.get(f"{p}.self_attn.qkv_proj.weight", sum(sizes), WIDTH)
            q, k, v = (h @ all_three.T).split(sizes, -1)
        else:
            q, k, v = (h @ w.get(f"{p}.self_attn.{n}_proj.weight", size, WIDTH).T for n, size in zip("qkv", sizes))
        if qkv_bias:
            q, k, v = (each + w.get(f"{p}.self_attn.{n}_proj.bias", size) for each, n, size in zip((q, k, v), "qkv", sizes))
        norms = (w.get(f"{p}.self_attn.q_norm.weight", head, around=1), w.get(f"{p}.self_attn.k_norm.weight", head, around=1), 1e-5) if qk_norm else None
        mixed = many_heads(q, k, v, HEADS, KEY_HEADS, lambda each: turn_of(each, positions), head ** -0.5, windows[layer] if windows else None, None, norms)
        mixed = mixed @ w.get(f"{p}.self_attn.o_proj.weight", WIDTH, HEADS * head).T
        x = x + mixed + (w.get(f"{p}.self_attn.o_proj.bias", WIDTH) if o_bias else 0)
        h = rms(x, w.get(f"{p}.post_attention_layernorm.weight", WIDTH, around=1))
        if packed:
            gate, up = (h @ w.get(f"{p}.mlp.gate_up_proj.weight", 2 * INNER, WIDTH).T).chunk(2, -1)
        else:
            gate, up = h @ w.get(f"{p}.mlp.gate_proj.weight", INNER, WIDTH).T, h @ w.get(f"{p}.mlp.up_proj.weight", INNER, WIDTH).T
        if mlp_bias:
            gate, up = gate + w.get(f"{p}.mlp.gate_proj.bias", INNER), up + w.get(f"{p}.mlp.up_proj.bias", INNER)
        x = x + (silu(gate) * up) @ w.get(f"{p}.mlp.down_proj.weight", WIDTH, INNER).T + (w.get(f"{p}.mlp.down_proj.bias", WIDTH) if mlp_bias else 0)
    x = rms(x, w.get("model.norm.weight", WIDTH, around=1))
    return x @ (embed if tied else w.get("lm_head.weight", VOCABULARY, WIDTH)).T


def gemma(w, *, head, third, windows, scalar, turn_full, turn_local, cap=None, final_cap=None):
    positions = torch.arange(len(IDS), dtype=torch.float64)
    embed = w.get("model.embed_tokens.weight", VOCABULARY, WIDTH, spread=0.3)
    x = embed[IDS] * math.sqrt(WIDTH)

    def norm(value, name, size=WIDTH):
        return rms(value, 1 + w.get(name, size), 1e-6)

    for layer in range(LAYERS + 1):
        p = f"model.layers.{layer}"
        h = norm(x, f"{p}.input_layernorm.weight")
        q = h @ w.get(f"{p}.self_attn.q_proj.weight", HEADS * head, WIDTH).T
        k = h @ w.get(f"{p}.self_attn.k_proj.weight", KEY_HEADS * head, WIDTH).T
        v = h @ w.get(f"{p}.self_attn.v_proj.weight", KEY_HEADS * head, WIDTH).T
        norms = (1 + w.get(f"{p}.self_attn.q_norm.weight", head), 1 + w.get(f"{p}.self_attn.k_norm.weight", head), 1e-6) if third else None
        turn = turn_full if windows[layer] is None else turn_local
        mixed = many_heads(q, k, v, HEADS, KEY_HEADS, lambda each: turn(each, positions), scalar ** -0.5, windows[layer], cap, norms)
        x = x + norm(mixed @ w.get(f"{p}.self_attn.o_proj.weight", WIDTH, HEADS * head).T, f"{p}.post_attention_layernorm.weight")
        h = norm(x, f"{p}.pre_feedforward_layernorm.weight")
        h = gelu_tanh(h @ w.get(f"{p}.mlp.gate_proj.weight", INNER, WIDTH).T) * (h @ w.get(f"{p}.mlp.up_proj.weight", INNER, WIDTH).T)
        x = x + norm(h @ w.get(f"{p}.mlp.down_proj.weight", WIDTH, INNER).T, f"{p}.post_feedforward_layernorm.weight")
    logits = norm(x, "model.norm.weight") @ embed.T
    return logits if final_cap is None else final_cap * torch.tanh(logits / final_cap)


def gpt2(w, prefix="transformer."):
    x = w.get(f"{prefix}wte.weight", VOCABULARY, WIDTH)[IDS] + w.get(f"{prefix}wpe.weight", 16, WIDTH)[:len(IDS)]

    def dense(value, name, inputs, outputs):  # stored [inputs, outputs]
        return value @ w.get(f"{name}.weight", inputs, outputs) + w.get(f"{name}.bias", outputs)

    def norm(value, name):
        return layer_norm(value, w.get(f"{name}.weight", WIDTH, around=1), w.get(f"{name}.bias", WIDTH))

    for layer in range(LAYERS):
        p = f"{prefix}h.{layer}"
        q, k, v = dense(norm(x, f"{p}.ln_1"), f"{p}.attn.c_attn", WIDTH, 3 * WIDTH).chunk(3, -1)
        x = x + dense(many_heads(q, k, v, HEADS, HEADS, lambda each: each, (WIDTH // HEADS) ** -0.5), f"{p}.attn.c_proj", WIDTH, WIDTH)
        x = x + dense(gelu_tanh(dense(norm(x, f"{p}.ln_2"), f"{p}.mlp.c_fc", WIDTH, 4 * WIDTH)), f"{p}.mlp.c_proj", 4 * WIDTH, WIDTH)
    return norm(x, f"{prefix}ln_f") @ w[f"{prefix}wte.weight"].T


# ---- rotary scaling ----------------------------------------------------------------------------------------------------

def plain(dim, theta):
    return lambda x, positions: rotate(x, positions[:, None] * frequencies(dim, theta))


def linear(dim, theta, factor):
    return lambda x, positions: rotate(x, positions[:, None] / factor * frequencies(dim, theta))


def dynamic(dim, theta, factor, known):
    def turn(x, positions):
        length = max(len(positions), known)
        grown = theta * (factor * length / known - (factor - 1)) ** (dim / (dim - 2))
        return rotate(x, positions[:, None] * frequencies(dim, grown))
    return turn


def llama3(dim, theta, factor, low, high, known):
    def turn(x, positions):
        out = []
        for frequency in frequencies(dim, theta).tolist():
            wave = 2 * math.pi / frequency
            if wave < known / high:
                out.append(frequency)
            elif wave > known / low:
                out.append(frequency / factor)
            else:
                smooth = (known / wave - low) / (high - low)
                out.append((1 - smooth) * frequency / factor + smooth * frequency)
        return rotate(x, positions[:, None] * torch.tensor(out))
    return turn


def yarn(dim, theta, factor, known, fast=32, slow=1):
    def border(turns):
        return dim * math.log(known / (turns * 2 * math.pi)) / (2 * math.log(theta))

    low, high = max(math.floor(border(fast)), 0), min(math.ceil(border(slow)), dim - 1)
    out = []
    for i, frequency in enumerate(frequencies(dim, theta).tolist()):
        ramp = min(max((i - low) / ((high - low) or 0.001), 0), 1)
        out.append(frequency / factor * ramp + frequency * (1 - ramp))
    return lambda x, positions: rotate(x, positions[:, None] * torch.tensor(out), 0.1 * math.log(factor) + 1)


def longrope(dim, theta, short, long, known, longest):
    magnitude = math.sqrt(1 + math.log(longest / known) / math.log(known))
    return lambda x, positions: rotate(x, positions[:, None] * frequencies(dim, theta) / torch.tensor(long if len(positions) > known else short), magnitude)


# ---- cases -------------------------------------------------------------------------------------------------------------

def common(kind, name, **more):
    return {"architectures": [name], "model_type": kind, "vocab_size": VOCABULARY, "hidden_size": WIDTH, "intermediate_size": INNER, "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS, "num_key_value_heads": KEY_HEADS, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 100.0,
            "hidden_act": "silu", "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": False, "torch_dtype": "float32", "use_cache": True, **more}


def main():
    llama = lambda **more: common("llama", "LlamaForCausalLM", **more)

    w = Weights(1)
    write("llama", llama(rope_scaling=None, pretraining_tp=1), w, llama_like(w, plain(4, 100.0)))
    w = Weights(2)
    write("llama-biases", llama(attention_bias=True, mlp_bias=True, tie_word_embeddings=True), w, llama_like(w, plain(4, 100.0), tied=True, qkv_bias=True, o_bias=True, mlp_bias=True))
    w = Weights(3, "BF16")
    write("llama-shards", llama(torch_dtype="bfloat16"), w, llama_like(w, plain(4, 100.0)), "BF16", shards=3)
    w = Weights(4)
    write("llama-linear", llama(head_dim=8, rope_scaling={"type": "linear", "factor": 4.0}), w, llama_like(w, linear(8, 100.0, 4.0), head=8))
    w = Weights(5)
    write("llama-dynamic", llama(head_dim=8, max_position_embeddings=8, rope_scaling={"rope_type": "dynamic", "factor": 2.0}), w, llama_like(w, dynamic(8, 100.0, 2.0, 8), head=8))
    w = Weights(6)
    scaling = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
    write("llama-llama3", llama(head_dim=8, eos_token_id=[2, 4], rope_scaling=scaling), w, llama_like(w, llama3(8, 100.0, 8.0, 1.0, 4.0, 32), head=8))
    w = Weights(7)
    write("mistral", common("mistral", "MistralForCausalLM", sliding_window=4), w, llama_like(w, plain(4, 100.0), windows=[4, 4]))
    w = Weights(8)
    write("qwen2", common("qwen2", "Qwen2ForCausalLM", tie_word_embeddings=True, use_sliding_window=True, sliding_window=5, max_window_layers=1), w,
          llama_like(w, plain(4, 100.0), tied=True, qkv_bias=True, windows=[None, 5]))
    w = Weights(9)
    scaling = {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}
    write("qwen2-yarn", common("qwen2", "Qwen2ForCausalLM", head_dim=8, use_sliding_window=False, sliding_window=5, max_window_layers=1, rope_scaling=scaling), w,
          llama_like(w, yarn(8, 100.0, 4.0, 32), head=8, qkv_bias=True))
    w = Weights(10)
    write("qwen3", common("qwen3", "Qwen3ForCausalLM", head_dim=8, attention_bias=False, use_sliding_window=False, sliding_window=None, max_window_layers=2), w,
          llama_like(w, plain(8, 100.0), head=8, qk_norm=True))
    w = Weights(11)
    write("phi3", common("phi3", "Phi3ForCausalLM", original_max_position_embeddings=64, sliding_window=6, embd_pdrop=0.0, resid_pdrop=0.0, partial_rotary_factor=0.5, head_dim=8), w,
          llama_like(w, plain(4, 100.0), head=8, windows=[6, 6], packed=True))
    for name, known in (("phi3-short", 16), ("phi3-long", 8)):
        w = Weights(12)
        short, long = [1.0, 1.1], [1.5, 4.0]
        scaling = {"type": "longrope", "short_factor": short, "long_factor": long}
        write(name, common("phi3", "Phi3ForCausalLM", original_max_position_embeddings=known, rope_scaling=scaling, sliding_window=None), w,
              llama_like(w, longrope(4, 100.0, short, long, known, 64), packed=True))
    w = Weights(13)
    base = {key: value for key, value in common("gemma2", "Gemma2ForCausalLM", head_dim=6, num_hidden_layers=3, rms_norm_eps=1e-6).items() if key not in ("tie_word_embeddings", "hidden_act")}
    write("gemma2", {**base, "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 7, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0, "sliding_window": 4,
                     "cache_implementation": "hybrid"}, w,
          gemma(w, head=6, third=False, windows=[4, None, 4], scalar=7, turn_full=plain(6, 100.0), turn_local=plain(6, 100.0), cap=2.0, final_cap=3.0))
    w = Weights(14)
    third = {**base, "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 7,
             "attn_logit_softcapping": None, "final_logit_softcapping": None, "sliding_window": 4, "rope_local_base_freq": 20.0}
    write("gemma3", {**third, "sliding_window_pattern": 2, "rope_scaling": {"rope_type": "linear", "factor": 8.0}}, w,
          gemma(w, head=6, third=True, windows=[4, None, 4], scalar=7, turn_full=linear(6, 100.0, 8.0), turn_local=plain(6, 20.0)))
    for name, prefix in (("gpt2", "transformer."), ("gpt2-old", "")):
        w = Weights(15)
        logits = gpt2(w, prefix)
        if not prefix:
            w["h.0.attn.bias"] = torch.ones(1, 1, 4, 4)  # a mask that the first checkpoints carry along
        write(name, {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": VOCABULARY, "n_embd": WIDTH, "n_layer": LAYERS, "n_head": HEADS, "n_positions": 16, "n_ctx": 16,
                     "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new", "attn_pdrop": 0.1, "embd_pdrop": 0.1, "resid_pdrop": 0.1, "bos_token_id": 3, "eos_token_id": 3,
                     "summary_type": "cls_index", "summary_use_proj": True, "task_specific_params": {"text-generation": {"max_length": 50}}}, w, logits)

    # Adapters of the checkpoints above.
    for name, more in (("lora", {}), ("rslora", {"rslora": True}), ("dora", {"dora": True})):
        w = Adapted(Weights(1), 21, ["q_proj", "v_proj", "down_proj"], 2, 3, **more)
        w.write(f"../adapters/llama-{name}", llama_like(w, plain(4, 100.0)))
    w = Adapted(Weights(12), 22, ["qkv_proj", "gate_up_proj"], 3, 6)
    w.write("../adapters/phi3-short-lora", llama_like(w, longrope(4, 100.0, [1.0, 1.1], [1.5, 4.0], 16, 64), packed=True))
    w = Adapted(Weights(15), 23, ["c_attn", "c_fc"], 2, 4, dora=True, on_their_side=True)
    w.write("../adapters/gpt2-dora", gpt2(w))


if __name__ == "__main__":
    main()
