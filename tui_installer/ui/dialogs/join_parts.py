"""The dialog that asks for the join command in parts, where nothing can be pasted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.join import JoinCommand
from tui_installer.model.join_parts import (
    JoinPart,
    State,
    validate_endpoint,
    validate_pin,
    validate_token,
)
from tui_installer.model.outcome import PENDING, Outcome
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.dialog import Dialog, DialogText
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.field import Field, Judgement
from tui_installer.ui.widgets.secret_field import SecretField

QUESTION = T("The join command in three parts, as the control plane prints them.")
CELLS = 28


class JoinParts(Dialog[JoinCommand]):
    """Asks for address, token and CA pin, and judges each while it is typed."""

    @override
    def texts(self) -> Sequence[Text]:
        return (QUESTION, NO_TEXT)

    @override
    def parts(self) -> ComposeResult:
        self.said = DialogText([NO_TEXT, NO_TEXT])
        self.address = Field(
            T("Address"), "", self._judge(validate_endpoint), label_width=8, cells=CELLS
        )
        self.token = SecretField(
            T("Token"), self._judge(validate_token), label_width=8, cells=CELLS
        )
        self.pin = Field(T("CA pin"), "", self._judge(validate_pin), label_width=8, cells=CELLS)
        yield from (self.address, self.token, self.pin, self.said)

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Take it"), self._take),
            Button(T("Back, change nothing"), lambda: self.dismiss(None)),
        )

    def _judge(self, part_of: Callable[[str], JoinPart[Any]]) -> Callable[[str], Judgement]:
        def judge(typed: str) -> Judgement:
            if not typed:
                return Judgement(PENDING)
            part = part_of(typed)
            problem = part.problem or NO_TEXT
            self.said.put([NO_TEXT, problem])
            return Judgement(
                Outcome.OK if part.state is State.FOUND else Outcome.FAIL, hint=problem
            )

        return judge

    def _take(self) -> None:
        address = validate_endpoint(self.address.value)
        token = validate_token(self.token.value)
        pin = validate_pin(self.pin.value)
        if address.value and token.value and pin.value:
            self.dismiss(JoinCommand(address.value, token.value, pin.value))
            return
        rows: list[tuple[Field, JoinPart[Any]]] = [
            (self.address, address),
            (self.token, token),
            (self.pin, pin),
        ]
        field, part = next(row for row in rows if row[1].value is None)
        self.said.put([NO_TEXT, part.problem or NO_TEXT])
        field.box.focus()
