"""Writes tiny-bert/model.safetensors and config.json (make_tiny_bert.py) as tiny-bert/model.onnx.

Needs Python alone: ONNX's protocol buffers are written by hand, operators of opset 17.
"""
import json
import struct
import sys

FOLDER = "tiny-bert"
FLOAT, INT64 = 1, 7


def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def block(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name, kind, shape, raw):
    return b"".join(number(1, size) for size in shape) + number(2, kind) + block(8, name) + block(9, raw)


def value_info(name, kind, shape):
    sizes = b"".join(block(1, block(2, size) if isinstance(size, str) else number(1, size)) for size in shape)
    return block(1, name) + block(2, block(1, number(1, kind) + block(2, sizes)))


def attribute(name, value):
    data = block(1, name)
    if isinstance(value, float):
        return data + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    if isinstance(value, int):
        return data + number(3, value) + number(20, 2)
    return data + b"".join(number(8, each) for each in value) + number(20, 7)


class Graph:
    def __init__(self):
        self.nodes, self.initializers, self.count = [], [], 0

    def constant(self, name, kind, shape, raw):
        self.initializers.append(block(5, tensor(name, kind, shape, raw)))
        return name

    def floats(self, value):
        self.count += 1
        return self.constant(f"c{self.count}", FLOAT, [], struct.pack("<f", value))

    def integers(self, *values, scalar=False):
        self.count += 1
        return self.constant(f"c{self.count}", INT64, [] if scalar else [len(values)], struct.pack(f"<{len(values)}q", *values))

    def add(self, kind, *inputs, output=None, **attributes):
        self.count += 1
        output = output or f"n{self.count}"
        node = b"".join(block(1, name) for name in inputs) + block(2, output) + block(3, output) + block(4, kind)
        self.nodes.append(block(1, node + b"".join(block(5, attribute(*pair)) for pair in attributes.items())))
        return output


def main():
    config = json.load(open(f"{FOLDER}/config.json", encoding="utf-8"))
    data = open(f"{FOLDER}/model.safetensors", "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__")
    g = Graph()
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        g.constant(name, FLOAT, entry["shape"], data[8 + length + first:8 + length + last])

    width, heads = config["hidden_size"], config["num_attention_heads"]
    size = width // heads

    def dense(x, name):
        return g.add("Add", g.add("MatMul", x, g.add("Transpose", f"{name}.weight", perm=[1, 0])), f"{name}.bias")

    def norm(x, name, output=None):
        return g.add("LayerNormalization", x, f"{name}.weight", f"{name}.bias", output=output, axis=-1,
                     epsilon=config["layer_norm_eps"])

    def split(x, perm):
        return g.add("Transpose", g.add("Reshape", x, g.integers(0, 0, heads, size)), perm=perm)

    count = g.add("Gather", g.add("Shape", "input_ids"), g.integers(1, scalar=True))
    positions = g.add("Range", g.integers(0, scalar=True), count, g.integers(1, scalar=True))
    x = g.add("Gather", "embeddings.word_embeddings.weight", "input_ids")
    x = g.add("Add", x, g.add("Gather", "embeddings.position_embeddings.weight", positions))
    x = g.add("Add", x, g.add("Gather", "embeddings.token_type_embeddings.weight", "token_type_ids"))
    x = norm(x, "embeddings.LayerNorm")
    hidden = g.add("Sub", g.floats(1.0), g.add("Cast", "attention_mask", to=FLOAT))
    bias = g.add("Unsqueeze", g.add("Mul", hidden, g.floats(-1e9)), g.integers(1, 2))
    layers = config["num_hidden_layers"]
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}."
        query, key, value = (dense(x, f"{prefix}attention.self.{part}") for part in ("query", "key", "value"))
        scores = g.add("MatMul", split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1]))
        scores = g.add("Add", g.add("Mul", scores, g.floats(size ** -0.5)), bias)
        mixed = g.add("MatMul", g.add("Softmax", scores, axis=-1), split(value, [0, 2, 1, 3]))
        mixed = g.add("Reshape", g.add("Transpose", mixed, perm=[0, 2, 1, 3]), g.integers(0, 0, width))
        x = norm(g.add("Add", x, dense(mixed, f"{prefix}attention.output.dense")), f"{prefix}attention.output.LayerNorm")
        inner = dense(x, f"{prefix}intermediate.dense")
        bell = g.add("Add", g.add("Erf", g.add("Mul", inner, g.floats(0.5 ** 0.5))), g.floats(1.0))
        inner = g.add("Mul", g.add("Mul", inner, g.floats(0.5)), bell)
        x = norm(g.add("Add", x, dense(inner, f"{prefix}output.dense")), f"{prefix}output.LayerNorm",
                 output="last_hidden_state" if layer == layers - 1 else None)

    batch = ["batch", "pieces"]
    inputs = b"".join(block(11, value_info(name, INT64, batch)) for name in ("input_ids", "attention_mask", "token_type_ids"))
    graph = (b"".join(g.nodes) + block(2, "tiny-bert") + b"".join(g.initializers) + inputs
             + block(12, value_info(x, FLOAT, [*batch, width])))
    with open(f"{FOLDER}/model.onnx", "wb") as file:
        file.write(number(1, 8) + block(8, block(1, "") + number(2, 17)) + block(7, graph))


sys.exit(main())
