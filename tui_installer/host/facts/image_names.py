"""Reader of the names of all images: what can be had at once, however many there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tui_installer.host.facts.image_store import WORKERS, ctr, views
from tui_installer.host.look import Look
from tui_installer.model.facts.image_store import ImageNames, ImageStore, Reference

TOPIC = ImageNames


def read(look: Look) -> ImageNames:
    """Asks every tool; a view that does not answer is None, with its reason. Raises NotRead where none answers."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return ImageNames(**vars(views(look, pool, lambda name: _inside(look, name))))


def _inside(look: Look, namespace: str) -> ImageStore:
    """Lists the names in one namespace, a line each. Raises NotRead."""
    names = ctr(look, "-n", namespace, "images", "ls", "-q").splitlines()
    return ImageStore(references=tuple(Reference(namespace, name, "") for name in names if name))
