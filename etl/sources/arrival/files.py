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
from typing import IO, TypeVar

from etl.errors import NOTHING_CHANGED, ConnectionFault, NightStopped, reason

T = TypeVar("T")
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
    found: dict[str, Read] = {}
    for written, read in files_called(named, where, most_bytes):
        name = written.upper()
        if name in found:
            raise stop(
                f"The extract holds {name} twice.",
                str(where),
                "Leave the one that belongs to the night, and load it again.",
            )
        found[name] = read
    return found


def zip_members(archive: Path, most_bytes: int) -> dict[str, Read]:
    """By name, what reads each member of a zip of another kind than that of an extract's tables.
    As ``csv_files`` else."""
    unpacking = _Unpacking(archive, most_bytes)
    with unpacking.guarded("The file"):
        content = zipfile.ZipFile(archive)
    found: dict[str, Read] = {}
    for member in content.infolist():
        name = member.filename.replace("\\", "/")
        if name in found:
            raise stop("The file holds a part twice.", str(archive), CHANGE_THE_EXPORT)
        found[name] = unpacking.of_member("A part", content, member, is_gzipped=False)
    return found


def files_called(
    named: re.Pattern[str], where: Path, most_bytes: int
) -> Iterator[tuple[str, Read]]:
    """By name, what reads each file of a folder or zip that is called so; the first group of the
    pattern is the name, the second is there where it is gzipped. As ``csv_files`` else."""
    unpacking = _Unpacking(where, most_bytes)
    return (_in_zip if where.is_file() else _in_folder)(where, unpacking, named)


def table_called(file: str) -> str | None:
    """The table, in capitals, that a file holds by its name; None where it is no CSV file."""
    match = TABLE_FILES.fullmatch(file)
    return match[1].upper() if match else None


def _in_folder(
    folder: Path, unpacking: _Unpacking, named: re.Pattern[str]
) -> Iterator[tuple[str, Read]]:
    for path in sorted(folder.iterdir()):
        check_name(path.name, folder)
        match = named.fullmatch(path.name)
        if match and path.is_file():
            name = match[1]
            yield name, unpacking.of_gz(name, path) if match[2] else path.read_bytes


def _in_zip(
    archive: Path, unpacking: _Unpacking, named: re.Pattern[str]
) -> Iterator[tuple[str, Read]]:
    if ANY_CSV.fullmatch(archive.name):
        raise stop(
            "It is a single CSV file, and a night is a folder or zip with one for each table.",
            str(archive),
            "Put all files of the night into a folder that is named for its date, and give that.",
        )
    with unpacking.guarded("The zip"):
        content = zipfile.ZipFile(archive)
    for member in content.infolist():
        path = member.filename.replace("\\", "/")  # as some programs of Windows write them
        check_name(path, archive)
        match = named.fullmatch(PurePosixPath(path).name)
        if match and not member.is_dir() and "__MACOSX" not in path:
            name = match[1]
            yield name, unpacking.of_member(name, content, member, is_gzipped=bool(match[2]))


def pieces_of_the_one(ending: str, where: Path, most_bytes: int) -> Iterator[bytes]:
    """A night that is a single file, a piece at a time: ``where`` itself, or the one file whose
    name ends so in it, a folder or zip; what else is in it is left alone.

    Raises NightStopped where there is none or more than one, and as ``csv_files`` says.
    """
    unpacking = _Unpacking(where, most_bytes)
    if where.is_dir():
        files = [path for path in sorted(where.iterdir()) if path.is_file()]
        found = [path for path in files if _ends_so(path.name, ending, where)]
        return unpacking.pieces_of_file(_only(found, ending, where))
    if where.suffix.lower() != ".zip":
        return unpacking.pieces_of_file(where)
    with unpacking.guarded("The zip"):
        content = zipfile.ZipFile(where)
    members = [
        member for member in content.infolist()
        if not member.is_dir() and _ends_so(member.filename.replace("\\", "/"), ending, where)
    ]  # fmt: skip
    return unpacking.pieces_of_member(f"The {ending}", content, _only(members, ending, where))


def _ends_so(path: str, ending: str, where: Path) -> bool:
    check_name(path, where)
    return path.lower().endswith(ending) and "__MACOSX" not in path


def _only(found: list[T], ending: str, where: Path) -> T:
    if len(found) == 1:
        return found[0]
    raise stop(
        f"The extract holds {len(found):,} files that end in {ending}; a night is one.",
        str(where),
        "Leave the one that belongs to the night, and load it again."
        if found
        else "Give the file of the night, or a folder or zip with it.",
    )


def check_name(name: str, where: Path | str) -> None:
    """Raises NightStopped where a file's name was made to be taken for something else."""
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
            self._check_not_encrypted(name, member)
            with self.guarded(f"{name} in the zip"), content.open(member) as packed:
                return self._all(gzip.GzipFile(fileobj=packed) if is_gzipped else packed)

        return read

    def pieces_of_file(self, path: Path) -> Iterator[bytes]:
        """A file's bytes."""
        with path.open("rb") as file:
            yield from self._pieces(file)

    def pieces_of_member(
        self, name: str, content: zipfile.ZipFile, member: zipfile.ZipInfo
    ) -> Iterator[bytes]:
        """The bytes of a member of a zip."""
        self._check_not_encrypted(name, member)
        with self.guarded(f"{name} in the zip"), content.open(member) as packed:
            yield from self._pieces(packed)

    def _check_not_encrypted(self, name: str, member: zipfile.ZipInfo) -> None:
        if member.flag_bits & _IS_ENCRYPTED:
            raise self._stop(f"{name} in the zip is encrypted.", CHANGE_THE_EXPORT)

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
            if is_of_the_disk(error):
                raise
            raise self._stop(
                f"{what} cannot be unpacked: it is damaged or cut off ({type(error).__name__}).",
                COPY_AGAIN,
            ) from None

    def _all(self, stream: IO[bytes] | gzip.GzipFile) -> bytes:
        found = bytearray()
        for piece in self._pieces(stream):
            found += piece
        return bytes(found)

    def _pieces(self, stream: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
        """It, a piece at a time: how big a packed file says that it is proves nothing."""
        while piece := stream.read(_PIECE):
            self.so_far += len(piece)
            if self.so_far > self.most_bytes:
                raise self._stop(
                    f"The extract is bigger than {self.most_bytes / (1 << 30):,g} GiB once "
                    "unpacked.",
                    "If it is the case system's own, raise `extract_gib` in [limits] of the "
                    "authority's file and load it again; else find out who made it.",
                )
            yield piece

    def _stop(self, what: str, next: str) -> NightStopped:
        return stop(what, str(self.where), next)


def is_of_the_disk(error: Exception) -> bool:
    """Whether a file could not be read; else what was read of it could not be unpacked."""
    return isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)


@contextmanager
def to_be_read(where: Path) -> Iterator[None]:
    """While what arrived is read: a disk or folder that does not let it is an outage. Raises
    ConnectionFault."""
    try:
        yield
    except OSError as error:
        raise ConnectionFault(
            f"The extract cannot be read ({reason(error)}).",
            where=str(where),
            means=NOTHING_CHANGED,
            next="Check that the file or folder is there and readable, then load it again.",
        ) from None


def stop(what: str, where: str, next: str) -> NightStopped:
    """The error for an extract that cannot be trusted."""
    return NightStopped(what, where=f"source, {where}", means=NOTHING_CHANGED, next=next)
