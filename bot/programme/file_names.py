"""Names that a document library and every computer will take, made of what came in a mail or stands in a cell."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
"""Signs of one name. SharePoint takes 400 for a whole path."""

# also signs that show nothing or turn the order of letters: a name is what it looks like
_REFUSED = re.compile(
    r'["*:<>?/\\|\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u3164\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]'
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|forms|desktop\.ini|\.lock) *(\.|$)|~\$", re.I)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


_ENDINGS = frozenset(
    (
        *("docx", "docm", "dotx", "dotm", "doc", "dot", "pdf", "odt", "rtf", "pages", "wps", "txt", "one"),
        *(
            "xlsx",
            "xlsm",
            "xls",
            "ods",
            "csv",
            "pptx",
            "ppt",
            "eml",
            "msg",
            "rpmsg",
            "mht",
            "mhtml",
            "htm",
            "html",
        ),
        *(
            "zip",
            "7z",
            "rar",
            "gz",
            "png",
            "jpg",
            "jpeg",
            "gif",
            "bmp",
            "tif",
            "tiff",
            "heic",
            "webp",
            "svg",
            "xml",
        ),
        *("url", "lnk", "ics"),
    )
)


def ending_of(name: str) -> str:
    """The ending of a file that somebody sent, with its dot, where it is a common one; else "": it may say anything."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    return f".{ending}" if ending in _ENDINGS else ""


def safe_name(text: str) -> str:
    """One name for a file or a folder: never empty, never a path, never one that SharePoint or Windows refuses.

    https://support.microsoft.com/office/restrictions-and-limitations-in-onedrive-and-sharepoint-64883a5d-228e-48f5-b3d2-eb39e07630fa
    """
    name = _REFUSED.sub("_", unicodedata.normalize("NFC", text)).replace("_vti_", "_vti-")
    name = " ".join(name.split()).strip(" .")
    if len(name) > LONGEST:
        ending = found[0] if (found := _ENDING.search(name)) else ""
        name = name[: LONGEST - len(ending)].strip(" .") + ending
    if not name or _RESERVED.match(name):
        name = f"_{name}"
    return name
