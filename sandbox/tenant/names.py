"""What a file or folder of a library may be called.

https://support.microsoft.com/office/restrictions-and-limitations-in-onedrive-and-sharepoint-64883a5d-228e-48f5-b3d2-eb39e07630fa
"""

from __future__ import annotations

import re

from sandbox.tenant.graph_error import GraphError

_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
_TAKEN = _DEVICES | {".lock", "desktop.ini"}


def check_name(name: str) -> None:
    """400 for a name that SharePoint refuses. `#` and `%` are allowed."""
    stem = name.partition(".")[0].casefold()
    wrong = (
        not name
        or re.search(r'["*:<>?/\\|\x00-\x1f]', name)
        or name != name.strip(" .")
        or name.casefold() in _TAKEN
        or stem in _DEVICES
        or name.startswith("~$")
        or "_vti_" in name.casefold()
    )
    if wrong:
        raise GraphError(
            400, "invalidRequest", f"The provided name cannot contain any invalid characters: '{name}'."
        )
    if len(name) > 255:
        raise GraphError(400, "pathIsTooLong", "The specified file or folder name is too long.")
