"""For $AIRFLOW_HOME/config/airflow_local_settings.py: loads what every task needs once, in the
process that the tasks are forked from. Without it each task spends 2 to 4 seconds, and more where
several begin at once, on loading the same."""

import importlib
import logging
import sys

if {"scheduler", "worker"} & set(sys.argv):
    # Else 214 lines of it in the log of each check.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    for name in ("pandas", "pyarrow", "great_expectations"):
        importlib.import_module(name)
