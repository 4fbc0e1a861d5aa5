"""Makes random_split.tsv: user, item and their part under three seeds, by the rule alone and with nothing but Python.

XXH64 is written out after its specification (github.com/Cyan4973/xxHash, doc/xxhash_spec.md) and checked, each time this runs,
against the test vectors of that project's own sanity test.
"""

MASK = (1 << 64) - 1
P1 = 0x9E3779B185EBCA87
P2 = 0xC2B2AE3D27D4EB4F
P3 = 0x165667B19E3779F9
P4 = 0x85EBCA77C2B2AE63
P5 = 0x27D4EB2F165667C5
HASH_SEED = 42


def rotate(value, bits):
    return ((value << bits) | (value >> (64 - bits))) & MASK


def mix(accumulator, lane):
    return rotate((accumulator + lane * P2) & MASK, 31) * P1 & MASK


def merge(accumulator, lane):
    return ((accumulator ^ mix(0, lane)) * P1 + P4) & MASK


def xxh64(data, seed):
    def number(at, size):
        return int.from_bytes(data[at : at + size], "little")

    at = 0
    if len(data) >= 32:
        lanes = [(seed + P1 + P2) & MASK, (seed + P2) & MASK, seed & MASK, (seed - P1) & MASK]
        while at + 32 <= len(data):
            lanes = [mix(lane, number(at + 8 * index, 8)) for index, lane in enumerate(lanes)]
            at += 32
        value = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            value = merge(value, lane)
    else:
        value = (seed + P5) & MASK
    value = (value + len(data)) & MASK
    while at + 8 <= len(data):
        value = (rotate(value ^ mix(0, number(at, 8)), 27) * P1 + P4) & MASK
        at += 8
    if at + 4 <= len(data):
        value = (rotate(value ^ (number(at, 4) * P1 & MASK), 23) * P2 + P3) & MASK
        at += 4
    while at < len(data):
        value = rotate(value ^ (data[at] * P5 & MASK), 11) * P1 & MASK
        at += 1
    value = (value ^ (value >> 33)) * P2 & MASK
    value = (value ^ (value >> 29)) * P3 & MASK
    return value ^ (value >> 32)


def check_vectors():
    """The sanity buffer: byte i is bits 56-63 of PRIME32 · PRIME64^i."""
    buffer = bytearray()
    generator = 2654435761
    for _ in range(256):
        buffer.append(generator >> 56)
        generator = generator * 11400714785074694797 & MASK
    vectors = [
        (0, 0, 0xEF46DB3751D8E999),
        (0, 2654435761, 0xAC75FDA2929B17EF),
        (1, 0, 0xE934A84ADB052768),
        (1, 2654435761, 0x5014607643A9B4C3),
        (4, 0, 0x9136A0DCA57457EE),
        (14, 0, 0x8282DCC4994E35C8),
        (14, 2654435761, 0xC3BD6BF63DEB6DF0),
        (222, 0, 0xB641AE8CB691C174),
        (222, 2654435761, 0x20CB8AB7AE10C14A),
    ]
    for length, seed, expected in vectors:
        found = xxh64(bytes(buffer[:length]), seed)
        assert found == expected, f"XXH64 of {length} bytes under {seed} is {found:016X}, not {expected:016X}"


def signed(value):
    return value - (1 << 64) if value >> 63 else value


check_vectors()
users = [f"A{k * k:013d}" for k in range(40)] + ["é", "日本", "x" * 60, "u"]
items = [f"B{k * 7919:09d}" for k in range(25)] + ["ü" * 8, "i", "y" * 30]
pairs = sorted((u, i) for a, u in enumerate(users) for b, i in enumerate(items) if (a * 31 + b * 17) % 5 < 2)
pairs.sort(key=lambda pair: (pair[0].encode(), pair[1].encode()))
parts = {}
for seed in (9, 672, -1234567890123):
    # Python's sort keeps the order of user and item where keys are equal.
    order = sorted(pairs, key=lambda pair: signed(xxh64(f"{seed}|{pair[0]}|{pair[1]}".encode(), HASH_SEED)))
    first, second = len(order) * 8 // 10, len(order) * 9 // 10
    for rank, pair in enumerate(order):
        parts[seed, pair] = 0 if rank < first else 1 if rank < second else 2
with open("random_split.tsv", "w", encoding="utf-8", newline="\n") as file:
    for pair in pairs:
        file.write("\t".join([*pair, *(str(parts[seed, pair]) for seed in (9, 672, -1234567890123))]) + "\n")
