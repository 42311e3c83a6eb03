"""The kernel's messages are turned down while the screens are there, and put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_installer.host import kernel_messages
from tui_installer.host.kernel_messages import quiet


class Printk:
    """The file of the kernel: a single number that is written takes the place of the first."""

    def __init__(self, text: str, *, may_write: bool = True) -> None:
        self.text, self.may_write = text, may_write

    def read_text(self) -> str:
        if not self.text:
            raise FileNotFoundError
        return self.text

    def write_text(self, text: str) -> None:
        if not self.may_write:
            raise PermissionError
        self.text = "\t".join([text.strip(), *self.text.split()[1:]]) + "\n"


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Printk:
    printk = Printk("7\t4\t1\t7\n")
    monkeypatch.setattr(kernel_messages, "PRINTK", printk)
    return printk


def test_turned_down_and_put_back(kernel: Printk) -> None:
    with quiet():
        assert kernel.text == "1\t4\t1\t7\n"
    assert kernel.text == "7\t4\t1\t7\n"


def test_put_back_also_after_a_fault(kernel: Printk) -> None:
    with pytest.raises(ZeroDivisionError), quiet():
        raise ZeroDivisionError
    assert kernel.text == "7\t4\t1\t7\n"


def test_a_level_that_someone_else_sets_meanwhile_stays(kernel: Printk) -> None:
    with quiet():
        kernel.write_text("8")
    assert kernel.text == "8\t4\t1\t7\n"


def test_the_second_of_two_viewers_does_not_keep_it_down(kernel: Printk) -> None:
    first, second = quiet(), quiet()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert kernel.text == "7\t4\t1\t7\n"


@pytest.mark.parametrize("text", ["", "\n", "no numbers\n"])
def test_another_kernel(kernel: Printk, text: str) -> None:
    kernel.text = text
    with quiet():
        assert kernel.text == text
    assert kernel.text == text


def test_without_the_right_to(kernel: Printk) -> None:
    kernel.may_write = False
    with quiet():
        assert kernel.text == "7\t4\t1\t7\n"


def test_it_is_the_file_of_the_kernel() -> None:
    assert Path("/proc/sys/kernel/printk") == kernel_messages.PRINTK
