"""Builds the Word forms of this folder afresh: `python docx_templates/build_forms.py [--to FOLDER]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from form_pieces import audit_tool, dip_audit, dip_sample, re_audit, uopp_record

FORMS = {
    "audit_tool": audit_tool.build,
    "dip_sample": dip_sample.build,
    "dip_audit": dip_audit.build,
    "re_audit": re_audit.build,
    "uopp_record": uopp_record.build,
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--to", type=Path, default=Path(__file__).parent, metavar="FOLDER")
    folder = arguments.parse_args().to
    for name, build in FORMS.items():
        build().save(folder / f"{name}.docx")


if __name__ == "__main__":
    main()
