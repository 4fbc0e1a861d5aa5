"""Makes random_split.tsv: user, item and the part under two seeds, by the rule alone and with nothing but Python's hashlib."""
import hashlib

users = [f"A{k * k:013d}" for k in range(40)] + ["é", "日本", "x" * 60, "u"]
items = [f"B{k * 7919:09d}" for k in range(25)] + ["ü" * 8, "i", "y" * 30]
pairs = sorted((u, i) for a, u in enumerate(users) for b, i in enumerate(items) if (a * 31 + b * 17) % 5 < 2)
pairs.sort(key=lambda pair: (pair[0].encode(), pair[1].encode()))
parts = {}
for seed in (9, 672, -1234567890123):
    order = sorted(pairs, key=lambda pair: hashlib.md5(f"{seed}|{pair[0]}|{pair[1]}".encode()).hexdigest())
    first, second = len(order) * 8 // 10, len(order) * 9 // 10
    for rank, pair in enumerate(order):
        parts[seed, pair] = 0 if rank < first else 1 if rank < second else 2
with open("random_split.tsv", "w", encoding="utf-8", newline="\n") as file:
    for pair in pairs:
        file.write("\t".join([*pair, *(str(parts[seed, pair]) for seed in (9, 672, -1234567890123))]) + "\n")
