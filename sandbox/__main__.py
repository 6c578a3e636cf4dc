"""`python -m sandbox`: start the pretend tenant and its front desk."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
from pathlib import Path

from sandbox.tenant.behaviours import PROFILES, STRICT, spelled
from sandbox.tenant.run import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8443, help="HTTPS port of Graph and Entra (0: any free one)"
    )
    parser.add_argument("--front-desk-port", type=int, default=8080, help="HTTP port of the front desk")
    parser.add_argument("--folder", type=Path, default=Path("var/sandbox"), help="where keys are written")
    parser.add_argument("--latency", type=float, default=0, help="milliseconds each request takes")
    parser.add_argument(
        "--seed",
        type=Path,
        action="append",
        help="a seed file, the fictional council without it; repeated: several tenants at one address",
    )
    parser.add_argument(
        "--empty",
        action="store_true",
        help="the fictional council on its first day: no list and no folder yet",
    )
    parser.add_argument(
        "--clock", help="the tenant's moment to begin with, 2026-02-23T08:00; it then goes on"
    )
    parser.add_argument(
        "--site-zone", default="", help="the site's zone: “GMT Standard Time” or “Europe/London”"
    )
    parser.add_argument("--profile", choices=PROFILES, default=STRICT, help="how the tenant behaves")
    parser.add_argument(
        "--behaviour",
        action="append",
        default=[],
        type=spelled,
        metavar="NAME[=VALUE]",
        help="one switch of sandbox/tenant/behaviours.py; may be repeated",
    )
    arguments = parser.parse_args()
    if arguments.seed:
        seeds = [json.loads(file.read_text(encoding="utf-8")) for file in arguments.seed]
    else:
        from sandbox.play.seed import council

        seeds = [council(empty=arguments.empty)]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(
            serve(
                seeds,
                arguments.folder,
                arguments.port,
                arguments.front_desk_port,
                arguments.latency / 1000,
                arguments.clock,
                arguments.profile,
                dict(arguments.behaviour),
                arguments.site_zone,
            )
        )


if __name__ == "__main__":
    main()
