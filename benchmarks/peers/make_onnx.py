#!/usr/bin/env python3
"""Writes the ONNX models of workloads A and B.  make_onnx.py FOLDER

NET_stream.onnx : one time step. Inputs x[1,1,I] and the states; outputs y[1,O] and the new states.
NET_seq_B.onnx  : T=100 steps, batch B, zero initial state. Input x[T,B,I], output y[T,B,O].
GRU has linear_before_reset=1 (the PyTorch cell). Opset 14. Gates are reordered from PyTorch's: LSTM i o f c, GRU z r h.
"""
import os
import sys

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

from nets import NETS, SEQUENCE, weights

OP = {"L": "LSTM", "G": "GRU", "R": "RNN"}
ORDER = {"L": (0, 3, 1, 2), "G": (1, 0, 2), "R": (0,)}


def reordered(a, kind, units):
    return np.concatenate([a[g * units:(g + 1) * units] for g in ORDER[kind]])


def build(name, stream, batch, steps, made, dense):
    layers, outputs = NETS[name]
    nodes, init, ins, outs = [], [], [], []
    ins.append(helper.make_tensor_value_info("x", TensorProto.FLOAT, [steps, batch, layers[0][1]]))
    cur = "x"
    for n, (kind, _, units) in enumerate(layers):
        wih, whh, bih, bhh = (reordered(a, kind, units) for a in made[n])
        for letter, a in (("W", wih), ("R", whh), ("B", np.concatenate([bih, bhh]))):
            init.append(numpy_helper.from_array(np.ascontiguousarray(a[None]), "%s%d" % (letter, n)))
        inputs = [cur, "W%d" % n, "R%d" % n, "B%d" % n]
        attributes = {"hidden_size": units}
        if kind == "G":
            attributes["linear_before_reset"] = 1
        if stream:
            states = ["h%d" % n] + (["c%d" % n] if kind == "L" else [])
            inputs += [""] + states
            for q in states:
                ins.append(helper.make_tensor_value_info(q, TensorProto.FLOAT, [1, batch, units]))
                outs.append(helper.make_tensor_value_info(q + "o", TensorProto.FLOAT, [1, batch, units]))
            nodes.append(helper.make_node(OP[kind], inputs, [""] + [q + "o" for q in states], **attributes))
            cur = "h%do" % n          # Y_h[1,B,H] is the next layer's X[T=1,B,H]
        else:
            nodes.append(helper.make_node(OP[kind], inputs, ["Y%d" % n], **attributes))
            nodes.append(helper.make_node("Squeeze", ["Y%d" % n, "axis1"], ["S%d" % n]))
            cur = "S%d" % n
    if stream:
        init.append(numpy_helper.from_array(np.array([0], np.int64), "axis0"))
        init.append(numpy_helper.from_array(dense[0], "DW"))
        init.append(numpy_helper.from_array(dense[1], "DB"))
        nodes.append(helper.make_node("Squeeze", [cur, "axis0"], ["last"]))
        nodes.append(helper.make_node("Gemm", ["last", "DW", "DB"], ["y"], transB=1))
        outs.insert(0, helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, outputs]))
    else:
        init.append(numpy_helper.from_array(np.array([1], np.int64), "axis1"))
        init.append(numpy_helper.from_array(np.ascontiguousarray(dense[0].T), "DW"))
        init.append(numpy_helper.from_array(dense[1], "DB"))
        nodes.append(helper.make_node("MatMul", [cur, "DW"], ["m"]))
        nodes.append(helper.make_node("Add", ["m", "DB"], ["y"]))
        outs.append(helper.make_tensor_value_info("y", TensorProto.FLOAT, [steps, batch, outputs]))
    model = helper.make_model(helper.make_graph(nodes, name, ins, outs, init), opset_imports=[helper.make_opsetid("", 14)])
    model.ir_version = 8
    checker.check_model(model)
    return model


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_onnx.py FOLDER")
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name in NETS:
        if not name.startswith("A"):
            continue
        made, dense = weights(name)
        save(build(name, True, 1, 1, made, dense), os.path.join(folder, name + "_stream.onnx"))
        for batch in (1, 32):
            save(build(name, False, batch, SEQUENCE, made, dense), os.path.join(folder, "%s_seq_%d.onnx" % (name, batch)))
    print("wrote %d models to %s" % (len(os.listdir(folder)), folder))


main()
