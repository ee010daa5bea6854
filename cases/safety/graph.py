"""The layers of all-MiniLM-L6-v2 as an ONNX graph, for several texts in one row of word pieces, none of which looks at another's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS, WIDTH = 6, 12, 384
OPSET, IR = 20, 9


def build(weights: dict[str, np.ndarray]) -> bytes:
    """Inputs: `x` (pieces, 384), what stands for each word piece; `apart` (pieces, pieces), 0 for two of one text and else far below;
    `share` (texts, pieces), the share that a piece has in its text. Output: `sentences` (texts, 384).
    """
    return _Graph(weights).model().SerializeToString()


class _Graph:
    def __init__(self, weights: dict[str, np.ndarray]):
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def model(self) -> Any:
        x = self._norm("x", "embeddings.LayerNorm.")
        for number in range(LAYERS):
            x = self._layer(x, f"encoder.layer.{number}.")
        self._nodes.append(helper.make_node("MatMul", ["share", x], ["sentences"]))
        shapes = {"x": ["pieces", WIDTH], "apart": ["pieces", "pieces"], "share": ["texts", "pieces"]}
        inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
        outputs = [helper.make_tensor_value_info("sentences", TensorProto.FLOAT, ["texts", WIDTH])]
        graph = helper.make_graph(self._nodes, "minilm", inputs, outputs, self._constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)

    def _layer(self, x: str, name: str) -> str:
        seen = self._dense(self._attended(x, name + "attention.self."), [name + "attention.output.dense."])
        x = self._norm(self._do("Add", x, seen), name + "attention.output.LayerNorm.")
        inner = self._do("Gelu", self._dense(x, [name + "intermediate.dense."]), approximate="tanh")
        return self._norm(self._do("Add", x, self._dense(inner, [name + "output.dense."])), name + "output.LayerNorm.")

    def _attended(self, x: str, name: str) -> str:
        drawn = self._dense(x, [name + part for part in ("query.", "key.", "value.")])
        split = self._do("Reshape", drawn, self._constant([0, 3, HEADS, WIDTH // HEADS]))
        turned = self._do("Transpose", split, perm=[1, 2, 0, 3])
        query, key, value = (self._do("Gather", turned, self._constant(at)) for at in range(3))
        scores = self._do("MatMul", query, self._do("Transpose", key, perm=[0, 2, 1]))
        scores = self._do("Add", self._do("Mul", scores, self._constant(1 / math.sqrt(WIDTH // HEADS))), "apart")
        mixed = self._do("MatMul", self._do("Softmax", scores, axis=-1), value)
        return self._do("Reshape", self._do("Transpose", mixed, perm=[1, 0, 2]), self._constant([0, WIDTH]))

    def _dense(self, x: str, names: list[str]) -> str:
        """Several matrices that are multiplied with the same are one."""
        matrix = np.concatenate([self._weights[name + "weight"] for name in names]).T
        bias = np.concatenate([self._weights[name + "bias"] for name in names])
        return self._do("Add", self._do("MatMul", x, self._constant(matrix)), self._constant(bias))

    def _norm(self, x: str, name: str) -> str:
        scale, shift = self._constant(self._weights[name + "weight"]), self._constant(self._weights[name + "bias"])
        return self._do("LayerNormalization", x, scale, shift, axis=-1, epsilon=1e-12)

    def _do(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"{kind} {len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def _constant(self, value: Any) -> str:
        """An array, a number, or a list of whole numbers."""
        array = np.asarray(value, dtype=None if isinstance(value, np.ndarray) else np.float32 if isinstance(value, float) else np.int64)
        name = f"constant {len(self._constants)}"
        self._constants.append(numpy_helper.from_array(array.copy(order="C"), name))
        return name
