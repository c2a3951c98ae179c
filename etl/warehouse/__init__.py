"""The warehouse behind one small interface: its schema, and the engines that hold it.

Engines differ only here. What the steps say is SQL that every engine runs unchanged.
"""

from etl.warehouse.change import one_change
from etl.warehouse.nights import (
    LoadedNight,
    authorities,
    check_order,
    first_extract,
    last_night,
    loaded_nights,
    night_known_on,
    nothing_loaded,
    the_authority,
)
from etl.warehouse.opening import existing_warehouse, open_warehouse, warehouse_to_load
from etl.warehouse.session import Session, Warehouse

__all__ = [
    "LoadedNight",
    "Session",
    "Warehouse",
    "authorities",
    "check_order",
    "existing_warehouse",
    "first_extract",
    "last_night",
    "loaded_nights",
    "night_known_on",
    "nothing_loaded",
    "one_change",
    "open_warehouse",
    "the_authority",
    "warehouse_to_load",
]
