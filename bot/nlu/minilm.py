"""all-MiniLM-L6-v2 (BERT, 6 layers, mean of the last layer) written as an ONNX graph from its bare weights, in 8 bits."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from bot.nlu.sentence import HEADS, LAYERS, WIDTH

OPSET, IR = 17, 8
MASKED = -1e4


def quantised(weights: dict[str, np.ndarray], scratch: Path) -> bytes:
    """The model's file. `scratch` is a folder for the steps between."""
    full, small = scratch / "full.onnx", scratch / "small.onnx"
    onnx.save(_Graph(weights).model(), str(full))
    logging.getLogger().setLevel(logging.ERROR)  # it warns on the root logger that it could pre-process; nothing to gain here
    quantize_dynamic(
        str(full),
        str(small),
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )
    return small.read_bytes()


class _Graph:
    def __init__(self, weights: dict[str, np.ndarray]):
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def model(self) -> Any:
        hidden = self._norm(self._embeddings(), "embeddings.LayerNorm")
        mask = self._do("Cast", "mask", to=TensorProto.FLOAT)
        hide = self._do("Mul", self._do("Sub", self._number(1), self._do("Unsqueeze", mask, self._ints(1, 2))), self._number(MASKED))
        for number in range(LAYERS):
            hidden = self._layer(hidden, hide, f"encoder.layer.{number}.")
        self._mean(hidden, mask)
        shapes = {"ids": ["batch", "tokens"], "mask": ["batch", "tokens"], "positions": ["tokens"]}
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in shapes.items()]
        outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", WIDTH])]
        graph = helper.make_graph(self._nodes, "minilm", inputs, outputs, self._constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)

    def _embeddings(self) -> str:
        weights = self._weights
        positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        words = self._do("Gather", self._constant(weights["embeddings.word_embeddings.weight"]), "ids")
        return self._do("Add", words, self._do("Gather", self._constant(positions), "positions"))

    def _layer(self, hidden: str, hide: str, name: str) -> str:
        seen = self._dense(self._attention(hidden, hide, name), name + "attention.output.dense")
        hidden = self._norm(self._do("Add", hidden, seen), name + "attention.output.LayerNorm")
        inner = self._dense(self._gelu(self._dense(hidden, name + "intermediate.dense")), name + "output.dense")
        return self._norm(self._do("Add", hidden, inner), name + "output.LayerNorm")

    def _attention(self, hidden: str, hide: str, name: str) -> str:
        split = self._ints(0, 0, HEADS, WIDTH // HEADS)

        def part(which: str, order: list[int]) -> str:
            dense = self._dense(hidden, f"{name}attention.self.{which}")
            return self._do("Transpose", self._do("Reshape", dense, split), perm=order)

        scores = self._do("MatMul", part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1]))
        scores = self._do("Add", self._do("Div", scores, self._number(np.sqrt(WIDTH // HEADS))), hide)
        mixed = self._do("MatMul", self._do("Softmax", scores, axis=-1), part("value", [0, 2, 1, 3]))
        return self._do("Reshape", self._do("Transpose", mixed, perm=[0, 2, 1, 3]), self._ints(0, 0, WIDTH))

    def _gelu(self, x: str) -> str:
        bell = self._do("Add", self._number(1), self._do("Erf", self._do("Div", x, self._number(np.sqrt(2)))))
        return self._do("Mul", self._do("Mul", x, self._number(0.5)), bell)

    def _mean(self, hidden: str, mask: str) -> None:
        """The mean over the words that are there, brought to length 1."""
        column, words = self._do("Unsqueeze", mask, self._ints(2)), self._ints(1)
        total = self._do("ReduceSum", self._do("Mul", hidden, column), words, keepdims=0)
        mean = self._do("Div", total, self._do("ReduceSum", column, words, keepdims=0))
        self._nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], axis=1, p=2))

    def _dense(self, x: str, name: str) -> str:
        product = self._do("MatMul", x, self._constant(self._weights[name + ".weight"].T))
        return self._do("Add", product, self._constant(self._weights[name + ".bias"]))

    def _norm(self, x: str, name: str) -> str:
        scale, shift = self._constant(self._weights[name + ".weight"]), self._constant(self._weights[name + ".bias"])
        return self._do("LayerNormalization", x, scale, shift, axis=-1, epsilon=1e-12)

    def _do(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def _constant(self, array: np.ndarray) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _number(self, value: float) -> str:
        return self._constant(np.array(value, dtype=np.float32))

    def _ints(self, *values: int) -> str:
        return self._constant(np.array(values, dtype=np.int64))
