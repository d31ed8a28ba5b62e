"""The torch back end: build, verify, weights, artefacts. The only room that imports torch."""

from archc.backends.torch.artefacts import write_state_dict
from archc.backends.torch.build import build
from archc.backends.torch.export import run_compiled, write_onnx, write_pt2
from archc.backends.torch.verify import Mismatch, Verified, verify
from archc.backends.torch.weights import load_weights

__all__ = [
    "Mismatch",
    "Verified",
    "build",
    "load_weights",
    "run_compiled",
    "verify",
    "write_onnx",
    "write_pt2",
    "write_state_dict",
]
