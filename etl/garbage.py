"""What Python does not look through for garbage: what is imported, which stays for good."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Imported = TypeVar("Imported")


def stays(do_import: Callable[[], Imported]) -> Imported:
    """What this imports; whatever is there afterwards stays to the end of the process: Python looks
    through it neither while it comes nor ever after, which would take a tenth of a small night.

    So it is for imports, and while no table is in memory: frames point to themselves, and those
    that were there would stay, too. What is garbage before is taken away; what an import leaves
    stays, since to look for it costs as much as a third of the import. An error that it caught
    holds whatever those who call it hold from then on: so a thread of its own calls it, which holds
    nothing. Afterwards Python looks as it did; in a night of 1.4 million rows 440 MiB of frames
    would stay otherwise.
    """
    was_looking = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        with ThreadPoolExecutor(max_workers=1) as apart:
            return apart.submit(do_import).result()
    finally:
        gc.freeze()
        atexit.register(gc.unfreeze)  # at its end Python takes all away, as modules expect
        if was_looking:
            gc.enable()
