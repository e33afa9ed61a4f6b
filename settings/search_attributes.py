"""Custom search attributes: what executions of a namespace can be found by, besides what the server itself records."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from settings.checks import Text

AttributeType = Literal["Text", "Keyword", "Int", "Double", "Bool", "Datetime", "KeywordList"]

POSTGRES_LIMITS: Final[Mapping[AttributeType, int]] = {
    "Text": 3,
    "Keyword": 10,
    "Int": 3,
    "Double": 3,
    "Bool": 3,
    "Datetime": 3,
    "KeywordList": 3,
}
"""Attributes of each type that a namespace may have where PostgreSQL searches: as many columns its schema has
(defaultNumDBCustomSearchAttributes of common/searchattribute/sadefs/constants.go, 1.32)."""

_SERVERS_OWN: Final = (
    "WorkflowId",
    "RunId",
    "WorkflowType",
    "StartTime",
    "ExecutionTime",
    "CloseTime",
    "ExecutionStatus",
    "TaskQueue",
    "HistoryLength",
    "ExecutionDuration",
    "StateTransitionCount",
    "HistorySizeBytes",
    "ParentWorkflowId",
    "ParentRunId",
    "RootWorkflowId",
    "RootRunId",
    "BinaryChecksums",
    "BuildIds",
    "BatcherNamespace",
    "BatcherUser",
    "NamespaceId",
    "MemoEncoding",
    "Memo",
    "VisibilityTaskKey",
)
"""Names that IsReserved of the same file refuses, less those that begin with Temporal."""

AttributeName = Annotated[
    str,
    Text(
        r"(?!Temporal)[A-Za-z][A-Za-z0-9_]{0,99}",
        "the name of a search attribute: 1 to 100 of letters, digits and '_', beginning with a letter, not with "
        "'Temporal', and none of the server's own such as WorkflowId",
        ("CaseId",),
        reserved=_SERVERS_OWN,
    ),
]
