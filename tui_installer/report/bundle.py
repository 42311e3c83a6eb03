"""A bundle from another machine, read for its facts; nothing of it is unpacked."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from pathlib import Path

from tui_installer.model.facts import Facts
from tui_installer.model.text import T, verbatim
from tui_installer.report.facts import NAME, NoBundle, load

# Bytes of the file, and of all that is packed in it: a bundle of ours has at most 10 MB.
LARGEST, MOST = 16 << 20, 32 << 20


def facts_of(path: Path) -> Facts:
    """Returns the facts in the bundle, whoever made it: no member is written anywhere. Raises NoBundle."""
    try:
        if not path.is_file():
            raise NoBundle(T("{path} is no file", path=str(path)))
        if path.stat().st_size > LARGEST:
            raise NoBundle(T("{path} is far too large for a bundle", path=str(path)))
        return load(_member(path))
    except NoBundle as error:
        raise NoBundle(T("{path}: {why}", path=str(path), why=error.text)) from error
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError) as error:
        why = T("{path} is no bundle of tui-installer, or it is cut off", path=str(path))
        raise NoBundle(why) from error
    except OSError as error:
        reason = verbatim(error.strerror or str(error))
        raise NoBundle(
            T("{path} cannot be read: {reason}", path=str(path), reason=reason)
        ) from error


def _member(path: Path) -> bytes:
    """Returns the text of the facts: the one plain file of that name in the folder of the bundle."""
    with gzip.open(path) as packed:
        raw = packed.read(MOST + 1)
    if len(raw) > MOST:
        raise NoBundle(T("what is packed in it is far too large for a bundle"))
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r:") as archive:
        for member in archive:
            folder, _, name = member.name.removeprefix("./").partition("/")
            if not member.isreg() or name != NAME or folder in ("", "."):
                continue
            file = archive.extractfile(member)
            if file is not None and len(text := file.read(member.size)) == member.size:
                return text
            raise NoBundle(T("it is cut off"))
    raise NoBundle(T("it holds no facts: this is no bundle of tui-installer"))
