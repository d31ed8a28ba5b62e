"""Every diagnostic code, once. A code is never reused or renumbered.

`E01xx` YAML and files, `E02xx` names and parameters, `E03xx` edges, `E04xx` shapes, `E05xx`
variants and expressions, `E06xx` back ends; `W...` are warnings of the same stages. `archc explain
CODE` shows the page `pages/<id>.md` beside this file.
"""

from __future__ import annotations

from msgspec import Struct


class Code(Struct, frozen=True):
    """A stable identity for one kind of complaint."""

    id: str
    title: str


ALL: dict[str, Code] = {}
STAGES = {
    "E01": "the file and its YAML",
    "E02": "names and parameters",
    "E03": "edges",
    "E04": "shapes",
    "E05": "variants and expressions",
    "E06": "back ends",
    "W": "warnings",
}
"""How a code begins, and what it is about."""


def _code(id_: str, title: str) -> Code:
    assert id_ not in ALL, f"{id_} is declared twice"
    ALL[id_] = Code(id_, title)
    return ALL[id_]


# The file and its YAML.
YAML_SYNTAX = _code("E0101", "the file is not valid YAML")
DUPLICATE_KEY = _code("E0102", "a key stands twice in one mapping")
YAML_TAG = _code("E0103", "YAML tags are not part of the language")
SECOND_DOCUMENT = _code("E0104", "a spec is one YAML document")
TOO_DEEP = _code("E0105", "the file is nested too deeply")
TOO_LARGE = _code("E0106", "the file or what it expands to is too large")
BAD_ALIAS = _code("E0107", "a YAML alias does not work")
BAD_CHARACTER = _code("E0108", "the file holds a character that a spec cannot hold")
NOT_UTF8 = _code("E0109", "the file is not UTF-8 text")
BAD_KEY = _code("E0110", "a mapping key must be a plain name")
BAD_NUMBER = _code("E0111", "a number is out of bounds")
UNQUOTED = _code("E0112", "an expression inside { } or [ ] needs quotes")
FILE_MISSING = _code("E0120", "a file that the spec names cannot be read")
FILE_OUTSIDE = _code("E0121", "a path in a spec must stay inside the project")
FILE_CYCLE = _code("E0122", "files extend or use each other in a circle")

# Names and parameters.
UNKNOWN_KEY = _code("E0201", "a key that the language does not have")
MISSING_KEY = _code("E0202", "a required key is missing")
WRONG_KIND = _code("E0203", "a value of the wrong kind")
UNKNOWN_OP = _code("E0204", "no op or block has this name")
UNKNOWN_PARAMETER = _code("E0205", "the op has no such parameter")
MISSING_PARAMETER = _code("E0206", "a required parameter is missing")
BAD_PARAMETER = _code("E0207", "a parameter has the wrong type or is out of range")
NULL_NODE = _code("E0208", "a node is null")
BAD_NAME = _code("E0209", "a node, block or value cannot have this name")
RECURSIVE_BLOCK = _code("E0210", "a block contains itself")
BAD_DECLARATION = _code("E0211", "a parameter declaration that does not work")
NO_INPUT = _code("E0212", "the spec does not say what its input is")
NO_LAYERS = _code("E0213", "there are no layers to build")
CONFLICTING_KEYS = _code("E0214", "two keys that exclude each other")
BAD_INIT = _code("E0215", "an initialisation that does not work")
BAD_VERSION = _code("E0216", "the language version is not one this archc reads")
DUPLICATE_NODE = _code("E0218", "two nodes get the same name")
UNUSED_PARAMETER = _code("W0201", "nothing uses this parameter")

# Edges.
UNKNOWN_NODE = _code("E0301", "no earlier node has this name")
LATER_NODE = _code("E0302", "a reference to a node that comes later")
WRONG_INPUT_COUNT = _code("E0303", "the op takes another number of inputs")
UNKNOWN_INPUT = _code("E0304", "the op has no input of this name")
SEVERAL_OUTPUTS = _code("E0305", "the node has several outputs, and none is chosen")
NO_SUCH_PART = _code("E0306", "the path goes on where nothing is inside")
OTHER_BLOCK = _code("E0307", "a path cannot reach into another block")
UNUSED_NODE = _code("W0301", "nothing uses this node")
OVERWRITTEN = _code("W0302", "an in-place op overwrites a value that is still read")
OVERWRITTEN_PART = _code("W0303", "an in-place op on one of several parts fails in training")

# Shapes.
CHANNELS = _code("E0401", "the number of channels or features does not match")
RANK = _code("E0402", "the input has the wrong number of dimensions")
BATCH_AS_TIME = _code("W0402", "the batch is taken for time")
INDIVISIBLE = _code("E0403", "one size must divide another")
EMPTY_OUTPUT = _code("E0404", "the output would be empty")
SHAPES_DIFFER = _code("E0405", "the inputs' shapes do not fit together")
LINED_UP = _code("W0405", "shapes line up in another way than is likely meant")
DIM_RANGE = _code("E0406", "there is no such dimension")
OPEN_SIZE = _code("E0407", "a number is needed here, and the size is still open")
WRONG_DTYPE = _code("E0408", "the input has the wrong element type")
PADDING = _code("E0409", "the padding does not fit the kernel or the input")
ELEMENTS = _code("E0410", "the number of elements does not match")
EXPECT_DIFFERS = _code("E0411", "`expect` does not hold")
OUTPUT_SIZE = _code("E0412", "the output size asked for is not possible")
CHAIN_TYPE = _code("E0413", "a shared or repeated node would change the type it is built for")
DIM_BOUNDS = _code("E0414", "the sizes asked for violate what the network needs")
IN_TRAINING = _code("E0415", "a value differs outside training where something still takes it")
ONE_ELEMENT = _code("E0416", "an in-place op on a value that repeats elements without copying")
TABLE_SIZE = _code("E0417", "an input may hold numbers that a table has no vector for")

# Variants and expressions.
EXPR_SYNTAX = _code("E0501", "the expression is not well-formed")
EXPR_NAME = _code("E0502", "the expression uses a name that is not known here")
EXPR_FAILS = _code("E0503", "the expression cannot be evaluated")
EXPR_TYPE = _code("E0504", "the expression gives a value of the wrong type")
EXPR_LIMIT = _code("E0505", "the expression exceeds a limit")
NOT_AN_INTEGER = _code("E0506", "a size must be an integer")
EXTENDS_MISSING = _code("E0510", "the change names something the base does not have")
BAD_PLACE = _code("E0511", "the place for a new node is not there")
SET_UNKNOWN = _code("E0512", "no parameter of this name can be set")
NEAR_NAME = _code("W0510", "a new node is named almost like one of the base")
LOOP_LENGTHS = _code("E0513", "lists that are walked together differ in length")
REPEAT_COUNT = _code("E0514", "the number of repeats does not work")
EXPANSION_LIMIT = _code("E0515", "the network grows beyond the limit")
TEMPLATE_KEY = _code("E0516", "a template key that does not work")

# Back ends.
TORCH_DISAGREES = _code("E0601", "torch computes another shape than was inferred")
TORCH_FAILED = _code("E0602", "torch refuses to build or run the network")
WEIGHTS_DIFFER = _code("E0603", "the weights do not fit the network")
