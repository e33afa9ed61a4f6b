"""The aws plugin without AWS: every input of the types in `types.toml` checked, outputs predicted.

`schema.json` has the inputs with their types, read from Pulumi's SDK; `types.toml` has what the SDK does not say.
"""

from standins.simulated.aws.provider import AwsProvider

__all__ = ["AwsProvider"]
