"""Makes tiny-bert/: a random two-layer BERT and what PyTorch's own encoder layers compute from it.

Run with Debian 12's python3-torch (1.13); the tokens come from tokenise.mjs (npm package @xenova/transformers 2.17).
"""
import json
import struct
import sys

import torch

FOLDER = "tiny-bert"
WIDTH, LAYERS, HEADS, INNER, POSITIONS = 24, 2, 4, 40, 32
torch.manual_seed(7)


def random(*shape, scale=0.25):
    return torch.randn(*shape) * scale


def main():
    vocabulary = open(f"{FOLDER}/vocab.txt", encoding="utf-8").read().split("\n")[:-1]
    weights = {
        "embeddings.word_embeddings.weight": random(len(vocabulary), WIDTH, scale=0.8),
        "embeddings.position_embeddings.weight": random(POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": random(2, WIDTH),
        "embeddings.LayerNorm.weight": 1 + random(WIDTH),
        "embeddings.LayerNorm.bias": random(WIDTH),
    }
    layers = []
    for number in range(LAYERS):
        layer = torch.nn.TransformerEncoderLayer(
            WIDTH, HEADS, INNER, dropout=0.0, activation="gelu", batch_first=True, layer_norm_eps=1e-12)
        state = {name: random(*value.shape) for name, value in layer.state_dict().items()}
        for norm in ("norm1", "norm2"):
            state[f"{norm}.weight"] = 1 + random(WIDTH)
        layer.load_state_dict(state)
        layers.append(layer.eval())
        prefix = f"encoder.layer.{number}."
        joined, bias = state["self_attn.in_proj_weight"].chunk(3), state["self_attn.in_proj_bias"].chunk(3)
        for part, name in enumerate(("query", "key", "value")):
            weights[f"{prefix}attention.self.{name}.weight"] = joined[part]
            weights[f"{prefix}attention.self.{name}.bias"] = bias[part]
        for ours, theirs in (
            ("attention.output.dense", "self_attn.out_proj"),
            ("attention.output.LayerNorm", "norm1"),
            ("intermediate.dense", "linear1"),
            ("output.dense", "linear2"),
            ("output.LayerNorm", "norm2"),
        ):
            weights[f"{prefix}{ours}.weight"] = state[f"{theirs}.weight"]
            weights[f"{prefix}{ours}.bias"] = state[f"{theirs}.bias"]

    golden = json.load(open(f"{FOLDER}/sentences.json", encoding="utf-8"))
    with torch.no_grad():
        for entry in golden:
            tokens = torch.tensor(entry["tokens"])
            hidden = (weights["embeddings.word_embeddings.weight"][tokens]
                      + weights["embeddings.position_embeddings.weight"][:len(tokens)]
                      + weights["embeddings.token_type_embeddings.weight"][0])
            hidden = torch.nn.functional.layer_norm(
                hidden, (WIDTH,), weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"], 1e-12)[None]
            for layer in layers:
                hidden = layer(hidden)
            pooled = hidden[0].mean(0)
            entry["vector"] = [round(x, 7) for x in (pooled / pooled.norm()).tolist()]
    json.dump(golden, open(f"{FOLDER}/sentences.json", "w", encoding="utf-8"), ensure_ascii=True, indent=1)

    config = {"model_type": "bert", "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
              "intermediate_size": INNER, "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
              "vocab_size": len(vocabulary), "hidden_act": "gelu", "layer_norm_eps": 1e-12}
    json.dump(config, open(f"{FOLDER}/config.json", "w"), indent=1)

    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, value in weights.items():
        raw = value.contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(f"{FOLDER}/model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


sys.exit(main())
