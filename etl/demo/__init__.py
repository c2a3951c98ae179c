"""Demo extracts: an invented council, Westmere, from first contact to leaving care.

`write_extract` writes a night, `simulate` makes the council's whole life. No row describes a
person. Nothing here is used by the nightly path: it only makes files for it to read.
"""

from etl.demo.extract import DemoExtract, write_extract, write_night
from etl.demo.world import HORIZON, LAST_HORIZON, World, simulate

__all__ = [
    "HORIZON",
    "LAST_HORIZON",
    "DemoExtract",
    "World",
    "simulate",
    "write_extract",
    "write_night",
]
