"""The one way Graph says no. https://learn.microsoft.com/graph/errors"""

from __future__ import annotations

from collections.abc import Mapping


class GraphError(Exception):
    """An answer that says no, in the vendor's words."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        inner: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})
        self.inner = dict(inner or {})
