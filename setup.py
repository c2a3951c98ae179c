"""Puts ``sql/`` and ``expectations/``, which people look for at the top, inside the package.

What else there is to say of the package is in pyproject.toml.
"""

from setuptools import find_namespace_packages, setup

INSIDE = {"etl.sql": "sql", "etl.expectations": "expectations"}

packages = find_namespace_packages(include=["etl", "etl.*"])
for name, folder in INSIDE.items():
    packages += [name, *(f"{name}.{inner}" for inner in find_namespace_packages(folder))]

setup(packages=packages, package_dir=INSIDE)
