"""Types of history tasks that a dynamic config value may be held for: those that every supported server knows."""

from typing import Final

HISTORY_TASK_TYPES: Final = (
    "ReplicationHistory",
    "ReplicationSyncActivity",
    "TransferWorkflowTask",
    "TransferActivityTask",
    "TransferCloseExecution",
    "TransferCancelExecution",
    "TransferStartChildExecution",
    "TransferSignalExecution",
    "TransferResetWorkflow",
    "WorkflowTaskTimeout",
    "ActivityTimeout",
    "UserTimer",
    "WorkflowRunTimeout",
    "DeleteHistoryEvent",
    "ActivityRetryTimer",
    "WorkflowBackoffTimer",
    "VisibilityStartExecution",
    "VisibilityUpsertExecution",
    "VisibilityCloseExecution",
    "VisibilityDeleteExecution",
    "TransferDeleteExecution",
    "ReplicationSyncWorkflowState",
    "ArchivalArchiveExecution",
    "StateMachineOutbound",
    "StateMachineTimer",
    "WorkflowExecutionTimeout",
    "ReplicationSyncHsm",
    "ReplicationSyncVersionedTransition",
    "ChasmPure",
    "Chasm",
    "ReplicationDeleteExecution",
)
"""As api/enums/v1/task.go-helpers.pb.go of the server spells them."""
