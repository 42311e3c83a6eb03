"""A bundle from another machine, read for its facts; nothing of it is unpacked."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path

from tui_installer.model.facts import Facts
from tui_installer.model.text import T, verbatim
from tui_installer.report.facts import NAME, NoBundle, load

# Bytes of the file, of its facts, and of all that is passed over before them; a bundle of ours has far less.
LARGEST, MOST = 16 << 20, 32 << 20
# Members before the facts: they are the second.
FIRST = 20


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
    except (tarfile.TarError, EOFError, zlib.error) as error:
        why = T("{path} is no bundle of tui-installer, or it is cut off", path=str(path))
        raise NoBundle(why) from error
    except OSError as error:
        reason = verbatim(error.strerror or str(error))
        raise NoBundle(
            T("{path} cannot be read: {reason}", path=str(path), reason=reason)
        ) from error


def _member(path: Path) -> bytes:
    """Returns the text of the facts: the one plain file of that name among the first members."""
    passed = 0
    with tarfile.open(path, "r|gz") as archive:
        for number, member in enumerate(archive):
            passed += member.size
            if number >= FIRST or passed > MOST:
                break
            folder, _, name = member.name.removeprefix("./").partition("/")
            if not member.isreg() or name != NAME or folder in ("", "."):
                continue
            file = archive.extractfile(member)
            if file is not None and len(raw := file.read(member.size)) == member.size:
                return raw
            raise NoBundle(T("it is cut off"))
    raise NoBundle(T("it holds no facts: this is no bundle of tui-installer"))
