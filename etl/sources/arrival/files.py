"""The files of a night that arrived as a folder or as a zip, each read when its turn comes."""

from __future__ import annotations

import errno
import gzip
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from etl.errors import NOTHING_CHANGED, NightStopped

Read = Callable[[], bytes]
COPY_AGAIN = "Copy the extract again from the case system's export, whole, and load it again."
CHANGE_THE_EXPORT = (
    "Copying it again would not help: change the export (docs/extract.md says what it must write), "
    "let it write the night again, and load that."
)
TABLE_FILES = re.compile(r"([A-Za-z][A-Za-z0-9_]*)\.csv(\.gz)?", re.IGNORECASE)
# Of a kind whose files are called as people like. One that begins otherwise is a leftover of a
# copy, or of a Mac.
ANY_CSV = re.compile(r"([A-Za-z0-9][^/]*)\.csv(\.gz)?", re.IGNORECASE)
# No table is called so: such a name was made to be taken for something else than a name.
_UNSAFE = re.compile(r"""['"`\x00-\x1f\x7f]|\.\.""")
_PIECE = 1 << 20
_IS_ENCRYPTED = 0x1


def csv_files(
    where: Path, most_bytes: int, named: re.Pattern[str] = TABLE_FILES
) -> dict[str, Read]:
    """By name of the table, in capitals, what reads its CSV file, unpacked if it is packed.

    most_bytes: as many may be unpacked, all files together. named: what files are called that are
    read; its first group is the table's name, its second is there if they are gzipped. What reads
    a file raises NightStopped where it is damaged, encrypted or too big, OSError where it cannot be
    read. Raises NightStopped too where a name is unsafe or there twice.
    """
    unpacking = _Unpacking(where, most_bytes)
    files = (_in_zip if where.is_file() else _in_folder)(where, unpacking, named)
    found: dict[str, Read] = {}
    for name, read in files:
        if name in found:
            raise stop(
                f"The extract holds {name} twice.",
                str(where),
                "Leave the one that belongs to the night, and load it again.",
            )
        found[name] = read
    return found


def _in_folder(
    folder: Path, unpacking: _Unpacking, named: re.Pattern[str]
) -> Iterator[tuple[str, Read]]:
    for path in sorted(folder.iterdir()):
        _check_name(path.name, folder)
        match = named.fullmatch(path.name)
        if match and path.is_file():
            name = match[1].upper()
            yield name, unpacking.of_gz(name, path) if match[2] else path.read_bytes


def _in_zip(
    archive: Path, unpacking: _Unpacking, named: re.Pattern[str]
) -> Iterator[tuple[str, Read]]:
    with unpacking.guarded("The zip"):
        content = zipfile.ZipFile(archive)
    for member in content.infolist():
        path = member.filename.replace("\\", "/")  # as some programs of Windows write them
        _check_name(path, archive)
        match = named.fullmatch(PurePosixPath(path).name)
        if match and not member.is_dir() and "__MACOSX" not in path:
            name = match[1].upper()
            yield name, unpacking.of_member(name, content, member, is_gzipped=bool(match[2]))


def _check_name(name: str, where: Path) -> None:
    if _UNSAFE.search(name):
        raise stop(
            "The extract holds a file whose name has a quotation mark, '..' or a control "
            "character.",
            str(where),
            CHANGE_THE_EXPORT,
        )


@dataclass
class _Unpacking:
    """Unpacks the files of one extract. so_far: bytes unpacked."""

    where: Path
    most_bytes: int
    so_far: int = 0

    def of_gz(self, name: str, path: Path) -> Read:
        """What reads a gzipped file."""

        def read() -> bytes:
            with path.open("rb") as packed, self.guarded(f"{name}.csv.gz"):
                return self._all(gzip.GzipFile(fileobj=packed))

        return read

    def of_member(
        self, name: str, content: zipfile.ZipFile, member: zipfile.ZipInfo, *, is_gzipped: bool
    ) -> Read:
        """What reads a member of a zip."""

        def read() -> bytes:
            if member.flag_bits & _IS_ENCRYPTED:
                raise self._stop(f"{name} in the zip is encrypted.", CHANGE_THE_EXPORT)
            with self.guarded(f"{name} in the zip"), content.open(member) as packed:
                return self._all(gzip.GzipFile(fileobj=packed) if is_gzipped else packed)

        return read

    @contextmanager
    def guarded(self, what: str) -> Iterator[None]:
        """Whatever goes wrong in the block stops the night, but for the disk: of damaged bytes
        decoders raise almost anything, a lack of memory and errors of a disk among it."""
        try:
            yield
        except NightStopped:
            raise
        except NotImplementedError:
            raise self._stop(
                f"{what} is packed in a way that cannot be read here; deflate, bzip2 and LZMA can.",
                f"{COPY_AGAIN} If it stops again: let the export pack it in one of these.",
            ) from None
        except Exception as error:
            of_the_disk = isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)
            if of_the_disk:
                raise
            raise self._stop(
                f"{what} cannot be unpacked: it is damaged or cut off ({type(error).__name__}).",
                COPY_AGAIN,
            ) from None

    def _all(self, stream: IO[bytes] | gzip.GzipFile) -> bytes:
        """All of it, a piece at a time: how big a packed file says that it is proves nothing."""
        found = bytearray()
        while piece := stream.read(_PIECE):
            self.so_far += len(piece)
            if self.so_far > self.most_bytes:
                raise self._stop(
                    f"The extract is bigger than {self.most_bytes / (1 << 30):,g} GiB once "
                    "unpacked.",
                    "If it is the case system's own, raise `extract_gib` in [limits] of the "
                    "authority's file and load it again; else find out who made it.",
                )
            found += piece
        return bytes(found)

    def _stop(self, what: str, next: str) -> NightStopped:
        return stop(what, str(self.where), next)


def stop(what: str, where: str, next: str) -> NightStopped:
    """The error for an extract that cannot be trusted."""
    return NightStopped(what, where=f"source, {where}", means=NOTHING_CHANGED, next=next)
