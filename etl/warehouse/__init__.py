"""The warehouse behind one small interface: its schema, and the engines that hold it.

Engines differ only here. What the steps say is SQL that every engine runs unchanged.
"""

from etl.warehouse.engine import Session, Warehouse, existing_warehouse, open_warehouse

__all__ = ["Session", "Warehouse", "existing_warehouse", "open_warehouse"]
