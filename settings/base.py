"""The model every settings class inherits: strict, frozen, camelCase in the stack file, docstrings as descriptions."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """A part of the stack file. Unknown keys and loosely typed values are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        validate_default=True,
        use_attribute_docstrings=True,
        alias_generator=to_camel,
    )
