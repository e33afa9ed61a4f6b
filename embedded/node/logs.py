"""What matters in the log of a program that failed."""

import re
from collections import deque
from pathlib import Path
from typing import Final

LINES: Final = 5
TAIL: Final = 200
TROUBLE: Final = re.compile(
    r"^[EF]\d{4} "  # klog
    r"|\blevel=(error|fatal|panic)"  # logrus, slog
    r'|"level":"(error|fatal|panic)"'  # zap
    r"|^\[(ERROR|FATAL)\]"  # CoreDNS
    r"|^(panic|fatal error|Error|error|unknown flag|nsenter|sh)\b",
    re.IGNORECASE,
)


def telling_lines(log: Path) -> list[str]:
    """The last lines of `log` that tell of trouble, or else its last ones: at most five, of 400 characters each."""
    try:
        with log.open(errors="replace") as file:
            tail = [line.strip()[:400] for line in deque(file, TAIL) if line.strip()]
    except FileNotFoundError:
        return []
    trouble = [line for line in tail if TROUBLE.search(line)]
    return (trouble or tail)[-LINES:]
