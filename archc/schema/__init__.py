"""The JSON Schemas that editors and scripts use, derived from the operators and the documents.

Editors complete and explain a spec by them while it is typed. They allow what they cannot judge: a
name may be a block's, a string an expression. `archc check` has the last word.
"""

from archc.schema.diagnostics import diagnostics_schema
from archc.schema.spec import spec_schema

__all__ = ["diagnostics_schema", "spec_schema"]
