"""Builds the Word forms and the templates of reports afresh: `python docx_templates/build.py [--to FOLDER]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from form_pieces import audit_tool, dip_audit, dip_sample, re_audit, uopp_record
from report_pieces import (
    board,
    dip_samples,
    follow_up,
    highlight,
    inspectors_pack,
    practitioners,
    self_assessment,
    words_to_clear,
)

FORMS = {
    "audit_tool": audit_tool.build,
    "dip_sample": dip_sample.build,
    "dip_audit": dip_audit.build,
    "re_audit": re_audit.build,
    "uopp_record": uopp_record.build,
}
REPORTS = {
    "dip_sample_report": dip_samples.build,
    "follow_up_report": follow_up.build,
    "highlight_report": highlight.build,
    "board_report": board.build,
    "practitioners_report": practitioners.build,
    "self_assessment": self_assessment.build,
    "inspectors_pack": inspectors_pack.build,
    "words_to_clear": words_to_clear.build,
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--to", type=Path, default=Path(__file__).parent, metavar="FOLDER")
    folder = arguments.parse_args().to
    for name, build in {**FORMS, **REPORTS}.items():
        build().save(folder / f"{name}.docx")


if __name__ == "__main__":
    main()
