"""safetensors files in a few lines, for tests that need no package: as a module, or

tensors.py write FILE NAME=JSON...    int64 tensors, such as input_ids=[[0,5],[0,7]]
tensors.py list FILE                  name, dtype and shape of every tensor, a line each
"""
import array
import json
import math
import pathlib
import struct
import sys

TYPES = {"I64": "q", "F32": "f", "F64": "d", "I32": "i"}


class Tensor:
    def __init__(self, dtype, shape, values):
        self.dtype, self.shape, self.values = dtype, tuple(shape), values  # values: flat, row-major
        assert len(values) == math.prod(self.shape), (len(values), shape)

    def __getitem__(self, index):
        """A number, or the flat numbers under a partial index: tensor[1, 0]."""
        index = index if isinstance(index, tuple) else (index,)
        start, rest = 0, math.prod(self.shape)
        for place, extent in zip(index, self.shape):
            rest //= extent
            start += place * rest
        part = self.values[start:start + rest]
        return part[0] if len(index) == len(self.shape) else part


def _shape_of(nested):
    shape = []
    while isinstance(nested, list):
        shape.append(len(nested))
        nested = nested[0] if nested else None
    return shape


def _flat(nested):
    return [value for part in nested for value in _flat(part)] if isinstance(nested, list) else [nested]


def tensor(nested, dtype="I64"):
    return Tensor(dtype, _shape_of(nested), array.array(TYPES[dtype], _flat(nested)))


def write(path, tensors):
    header, blobs, at = {}, [], 0
    for name, item in tensors.items():
        blob = item.values.tobytes()
        header[name] = {"dtype": item.dtype, "shape": item.shape, "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read(path):
    whole = pathlib.Path(path).read_bytes()
    length = struct.unpack("<Q", whole[:8])[0]
    header, start = json.loads(whole[8:8 + length]), 8 + length
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        values = array.array(TYPES[entry["dtype"]])
        values.frombytes(whole[start + begin:start + end])
        tensors[name] = Tensor(entry["dtype"], entry["shape"], values)
    return tensors


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2], {name: tensor(json.loads(text)) for name, text in (word.split("=", 1) for word in sys.argv[3:])})
    else:
        for key, value in sorted(read(sys.argv[2]).items()):
            print(key, value.dtype, list(value.shape))
