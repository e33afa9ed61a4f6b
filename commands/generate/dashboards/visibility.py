"""Which calls to the visibility store are meant, in the words of the alerts on them."""

from typing import Final

WRITES: Final = 'operation=~"RecordWorkflowExecution.*|UpsertWorkflowExecution|DeleteWorkflowExecution"'
FAULTS: Final = 'error_type!~".*(ConditionFailed|NotFound|InvalidArgument|Canceled|ResourceExhausted).*"'
"""Errors that are neither the caller's nor a limit at work."""
