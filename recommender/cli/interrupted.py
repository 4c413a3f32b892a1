"""Whether this process got a signal to end; code that was at work may have lost the exception."""

from __future__ import annotations

import threading

IS_INTERRUPTED = threading.Event()
