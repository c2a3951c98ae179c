"""The command that takes a backup."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from etl import settings
from etl.commands.arguments import LOADED, add_warehouse, how_many
from etl.run import checked


def add_backup(backup: argparse.ArgumentParser) -> None:
    add_warehouse(backup)
    backup.add_argument(
        "--to", type=Path, required=True, metavar="DIR",
        help="folder of this warehouse's backups, made if need be; each gets a folder in it",
    )  # fmt: skip
    backup.add_argument(
        "--keep-days", type=how_many, metavar="DAYS",
        help="when the new one is whole, remove those in the folder that are older "
        f"(default: {settings.KEEP_BACKUPS_DAYS}, or 35)",
    )  # fmt: skip
    backup.set_defaults(command=_backup)


def _backup(asked: argparse.Namespace) -> int:
    from etl.upkeep.backup import back_up

    made, removed = back_up(
        asked.warehouse,
        checked(asked.to, "the folder of backups"),
        made_at=datetime.now(UTC),
        keep_days=asked.keep_days or settings.keep_backups_days(),
    )
    print(f"Backed up to {made.folder} ({made.size:,} bytes); read back, it is whole.")
    for each in removed:
        print(f"Removed the backup of {each.made_at:%Y-%m-%d}: {each.folder}")
    return LOADED
