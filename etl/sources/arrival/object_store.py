"""A folder of an object store in which nights stand: S3, Azure's storage and Google's, through
fsspec. Who asks is known as the store's own programs know it: from its variables of the environment
or the machine's role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from etl.errors import ConnectionFault, WrongUsage
from etl.sources.arrival.place import Cut, Seen, already_there

# What is installed for each, and how its objects say when they were put there.
_EXTRAS = {"s3": "s3", "abfs": "azure", "gs": "gcs"}
_PUT_AT = ("LastModified", "last_modified", "updated")
# Of the libraries beneath: nobody said who asks, or the store does not know them.
_NOT_LET_IN = ("PermissionError", "NoCredentialsError", "ClientAuthenticationError",
               "DefaultCredentialsError", "PartialCredentialsError")  # fmt: skip
_NOTHING_YET = "Nothing was loaded yet. The warehouse is as the last loaded night left it."


class ObjectStore:
    """See ``Elsewhere``. An object is there as a whole or not at all."""

    most_at_once = 8 << 20

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> Self:
        with self._asking(""):
            self._files, self._path = _opened(self._url)
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def shown(self, name: str) -> str:
        return f"{self._url}/{name}" if name else self._url

    def seen(self, name: str) -> Seen | None:
        with self._asking(name):
            try:
                return _seen(self._files.info(self._at(name)))
            except FileNotFoundError:
                return None

    def within(self, name: str) -> list[Seen]:
        with self._asking(name):
            try:
                listed = self._files.ls(self._at(name), detail=True)
            except FileNotFoundError:
                return []
        # Some programs put an empty object where a folder would be.
        found = (each for each in listed if each["name"].strip("/") != self._at(name).strip("/"))
        return [_seen(each) for each in found]

    def piece(self, name: str, offset: int, length: int) -> bytes:
        with self._asking(name):
            try:
                found: bytes = self._files.cat_file(
                    self._at(name), start=offset, end=offset + length
                )
            except FileNotFoundError:
                return b""
            return found

    def move(self, name: str, to: str) -> None:
        if self.seen(to) is not None:
            raise already_there(self.shown(to))
        found = self.seen(name)
        below = [f"/{each.name}" for each in self.within(name)] if found and found.is_folder else []
        with self._asking(name):
            # Nothing is taken away before all of it is there.
            for each in below or [""]:
                self._files.cp_file(self._at(name) + each, self._at(to) + each)
            for each in below or [""]:
                self._files.rm_file(self._at(name) + each)

    def _at(self, name: str) -> str:
        return f"{self._path}/{name}" if name else self._path

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        """Whatever goes wrong in the block is a store that does not let us in, or that cannot be
        reached: the libraries beneath raise errors of a hundred kinds, and their words may hold
        what lets us in."""
        try:
            yield
        except (ConnectionFault, WrongUsage, FileNotFoundError):
            raise
        except Exception as error:
            if type(error).__name__ in _NOT_LET_IN:
                raise _not_let_in(self.shown(name)) from None
            raise Cut(
                "The object store cannot be reached, or did not answer as it should "
                f"({type(error).__name__}).",
                where=self.shown(name),
                means=_NOTHING_YET,
                next="See that this machine may reach it, that its address and region are right "
                "(docs/arrival.md), and that the bucket is there; then try again.",
            ) from None


def _opened(url: str) -> tuple[Any, str]:
    """The store's file system, which remembers no listing, and the folder's path in it."""
    import fsspec

    scheme = urlsplit(url).scheme
    try:
        files, path = fsspec.core.url_to_fs(url, use_listings_cache=False, skip_instance_cache=True)
    except ImportError:
        raise WrongUsage(
            f"What speaks to {scheme}:// is not installed.",
            where=f"csc-etl[{_EXTRAS[scheme]}]",
            means="No night was begun.",
            next=f"Install it: `pip install 'csc-etl[{_EXTRAS[scheme]}]'`, on every worker and the "
            "triggerer.",
        ) from None
    return files, str(path).rstrip("/")


def _seen(found: dict[str, Any]) -> Seen:
    """Of a folder nothing is known but that something is in it."""
    put_at = next((found[name] for name in _PUT_AT if found.get(name)), None)
    if isinstance(put_at, str):
        put_at = datetime.fromisoformat(put_at)
    placed = int(put_at.timestamp() * 1e9) if put_at else 0
    is_folder = found["type"] == "directory"
    name = str(found["name"]).rstrip("/").rpartition("/")[2]
    return Seen(name, int(found.get("size") or 0), placed, placed, is_folder)


def _not_let_in(where: str) -> WrongUsage:
    return WrongUsage(
        "The object store did not let us in.",
        where=where,
        means=_NOTHING_YET,
        next="See that the account of the nightly load has what lets it in (its role, or the "
        "variables of the environment that docs/arrival.md names), and may list and read the "
        "folder, and write where nights are put away.",
    )
