"""A join command that is typed in parts: each part says what is wrong with it meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.join_parts import (
    State,
    is_address,
    validate_endpoint,
    validate_pin,
    validate_token,
)

PIN = "8412afc89ca640d2666f269a6de1a4493203cebb9f0268ac8879a7182094faf8"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("192.168.40.180", "192.168.40.180:6443"),
        (" 192.168.40.180:8443 ", "192.168.40.180:8443"),
        ("https://192.168.40.180:6443/", "192.168.40.180:6443"),
        ("cluster-endpoint", "cluster-endpoint:6443"),
        ("192。168。40。180：6443", "192.168.40.180:6443"),
        ("fd00::1", "[fd00::1]:6443"),
        ("[fd00::1]", "[fd00::1]:6443"),
        ("[fd00::1]:6443", "[fd00::1]:6443"),
    ],
)
def test_an_address(typed: str, value: str) -> None:
    part = validate_endpoint(typed)
    assert (part.state, part.value, part.problem) == (State.FOUND, value, None)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("192.168.40.280", "192.168.40.280 is not an IPv4 address"),
        ("192.168.40", "192.168.40 is not"),
        ("192.168.40.180:70000", "70000 is not a port"),
        ("192.168.40.180:", "192.168.40.180:6443"),
        ("a b", "192.168.40.180:6443"),
    ],
)
def test_what_is_no_address(typed: str, told: str) -> None:
    part = validate_endpoint(typed)
    assert part.state is State.WRONG
    assert told in str(part.problem)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("6hh", "3 of 6"),
        ("6hhzv0", "a dot belongs after 6 characters"),
        ("6hhzv01", "a dot belongs after 6 characters"),
        ("6hh.zv0", "a dot belongs after 6 characters"),
        ("6hhzv0.", "0 of 16"),
        ("6hhzv0.0123456789abcde", "15 of 16"),
        ("6hhzv0.0123456789abcdef0", "17 characters"),
        ("6HHZV0.0123456789abcdef", "small letters"),
        ("6hhzv0.0123.56789abcdef", "nothing else"),
    ],
)
def test_a_token_that_is_being_typed(typed: str, told: str) -> None:
    part = validate_token(typed)
    assert part.state is State.WRONG
    assert told in str(part.problem)


@pytest.mark.parametrize("typed", ["6hhzv0.0123456789abcdef", " 6hhzv0.01234567 89abcdef\n"])
def test_a_token(typed: str) -> None:
    part = validate_token(typed)
    assert part.value is not None
    assert part.value.reveal() == "6hhzv0.0123456789abcdef"
    assert "0123456789abcdef" not in repr(part)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("sha2", "0 of 64"),
        ("sha256:", "0 of 64"),
        (PIN[:-1], "63 of 64 characters: the end is cut off"),
        (PIN + "0", "65 characters"),
        (PIN[:-1] + "x", '"x" is not allowed'),
        (f"sha512:{PIN}", '"sha256:"'),
        (f"{PIN},{PIN[:9]}", "9 of 64"),
    ],
)
def test_a_pin_that_is_being_typed(typed: str, told: str) -> None:
    part = validate_pin(typed)
    assert part.state is State.WRONG
    assert told in str(part.problem)


@pytest.mark.parametrize(
    "typed", [PIN, f"sha256:{PIN}", f"SHA256:{PIN.upper()}", f"{PIN[:30]}\n{PIN[30:]}", f"{PIN},"]
)
def test_a_pin(typed: str) -> None:
    assert validate_pin(typed).value == (f"sha256:{PIN}",)


def test_several_pins() -> None:
    assert validate_pin(f"sha256:{PIN}, {'0' * 64}").value == (
        f"sha256:{PIN}",
        f"sha256:{'0' * 64}",
    )


@pytest.mark.parametrize("typed", ["", "  ", "\u3000"])
def test_nothing(typed: str) -> None:
    assert validate_endpoint(typed).state is State.MISSING
    assert validate_token(typed).state is State.MISSING
    assert validate_pin(typed).state is State.MISSING


@given(st.text(max_size=60))
def test_noise(typed: str) -> None:
    for part in (validate_endpoint(typed), validate_token(typed), validate_pin(typed)):
        assert (part.value is None) == (part.problem is not None) == (part.state is not State.FOUND)
    address = validate_endpoint(typed).value
    assert address is None or is_address(address)
