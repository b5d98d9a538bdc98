"""Converts an ONNX file for MNN: make_mnn.py ONNX FILE.

By the native module of MNN's wheel, not by its command mnnconvert, which installs packages by itself and calls home.
"""

import os
import sys

import _tools

temporary = sys.argv[2] + ".part"
_tools.mnnconvert(["mnnconvert", "-f", "ONNX", "--modelFile", sys.argv[1], "--MNNModel", temporary, "--bizCode", "nin"])
os.replace(temporary, sys.argv[2])
