"""A pasted join command is understood in every form in which people have it at hand."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.captures import capture
from tui_installer.model.answers import Answers
from tui_installer.model.join import Card, JoinCommand, JoinError, parse_join, take_apart
from tui_installer.model.join_parts import State
from tui_installer.model.pasted_text import masked
from tui_installer.model.secret import STARS, Secret
from tui_installer.render.kubeadm import join_config

HASH = "sha256:8412afc89ca640d2666f269a6de1a4493203cebb9f0268ac8879a7182094faf8"
TOKEN = "69eg2e.ocvsmlyx9u31mvue"
PLAIN = f"kubeadm join 10.77.0.31:6443 --token {TOKEN} --discovery-token-ca-cert-hash {HASH}"
WANTED = JoinCommand("10.77.0.31:6443", Secret(TOKEN), (HASH,))

FORMS = {
    "as it is": PLAIN,
    "as token create prints it": capture("token-create-print-join"),
    "with sudo": f"sudo {PLAIN}",
    "with a prompt": f"[root@master01 ~]# {PLAIN}",
    "with a user's prompt": f"$ {PLAIN}",
    "with root's bare prompt": f"# {PLAIN}",
    "over two lines": PLAIN.replace(" --disc", " \\\n\t--disc"),
    "over two lines of Windows": PLAIN.replace(" --disc", " \\\r\n\t--disc") + "\r\n",
    "over two lines, blanks after the backslash": PLAIN.replace(" --disc", " \\  \n  --disc"),
    "broken by the window's edge": PLAIN.replace(" --disc", "\n--disc"),
    "with old line ends": PLAIN.replace(" --disc", " \\\r--disc"),
    "below a comment": f"# made on master01\n\n{PLAIN}\n# valid for 24 hours\n",
    "below an old one that is a comment": "# "
    + PLAIN.replace(TOKEN, "aaaaaa.bbbbbbbbbbbbbbbb").replace("10.77", "10.99")
    + f"\n{PLAIN}",
    "with equals signs": PLAIN.replace("--token ", "--token=").replace("-hash ", "-hash="),
    "address last": f"kubeadm join --token {TOKEN} --discovery-token-ca-cert-hash {HASH} 10.77.0.31:6443",
    "with the long name of the token": PLAIN.replace("--token", "--discovery-token", 1),
    "capital letters in the pin": PLAIN.replace(HASH, "SHA256:" + HASH[7:].upper()),
    "further flags": f"{PLAIN} --node-name x --v=5 --ignore-preflight-errors=all",
    "dashes that a chat program made longer": PLAIN.replace("--", "\u2014"),
    "one dash lost": PLAIN.replace(" --", " -"),
    "blanks that do not break": PLAIN.replace(" ", "\u00a0"),
    "with root's prompts on all lines": f"[root@m ~]# {PLAIN}".replace(" --disc", " \\\n> --disc"),
    "quoted in a mail": "> > " + PLAIN.replace(" --disc", " \\\n> > --disc"),
    "with the path of the program": PLAIN.replace("kubeadm", "/usr/bin/kubeadm", 1),
    "in quotes": f"`{PLAIN}`",
    "in Chinese prose": f"请在工作节点执行：{PLAIN}",
    "values in quotes": PLAIN.replace(TOKEN, f'"{TOKEN}"').replace(HASH, f"'{HASH}'"),
    "by a Chinese input method": "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" for c in PLAIN
    ),
    "with ideographic full stops": PLAIN.replace(".", "\u3002"),
    "with invisible characters": "\ufeff" + "\u200b".join(PLAIN),
    "with colours": PLAIN.replace(TOKEN, f"\x1b[1m{TOKEN}\x1b[0m"),
    "without the beginning": PLAIN.removeprefix("kubeadm join "),
    "with prose around": f"Hello,\nrun on worker.\n{PLAIN}\nThen look at it, e.g. with kubectl.\n",
    "a pin without its kind": PLAIN.replace("sha256:", ""),
    "a flag that nobody knows": PLAIN.replace("join", "join --new x", 1),
    "below a command for a control plane": f"{PLAIN} --control-plane\n\n{PLAIN}",
    "above a command for a control plane": f"{PLAIN}\n\n{PLAIN} --control-plane",
    "below an older one": PLAIN.replace(TOKEN, "aaaaaa.bbbbbbbbbbbbbbbb") + f"\n{PLAIN}",
    "above one that is cut off": f"{PLAIN}\n{PLAIN[:50]}",
    "from our card": "# /etc/hosts needs 10.77.0.31 cluster-endpoint; ends 2026-11-24 10:17 CST\n"
    + PLAIN.replace(" --disc", " \\\n --disc").replace("hash ", "hash \\\n "),
}


@pytest.mark.parametrize("pasted", FORMS.values(), ids=FORMS.keys())
def test_every_form_gives_the_same_command(pasted: str) -> None:
    assert parse_join(pasted) == WANTED


def test_the_whole_output_of_kubeadm_init_can_be_pasted() -> None:
    found = parse_join(capture("init-ok"))
    assert found == JoinCommand("10.77.0.31:6443", Secret("zktp5j.fgb53hon9hd6xs29"), (HASH,))


def test_parts() -> None:
    assert (WANTED.host, WANTED.port, WANTED.token_id) == ("10.77.0.31", 6443, "69eg2e")
    six = parse_join(PLAIN.replace("10.77.0.31:6443", "[fd00::1]:6443"))
    assert (six.host, six.port) == ("fd00::1", 6443)
    named = parse_join(PLAIN.replace("10.77.0.31", "Cluster-Endpoint.lab"))
    assert named.host == "Cluster-Endpoint.lab"


def test_several_pins_in_both_forms() -> None:
    other = "sha256:" + "0" * 64
    twice = parse_join(f"{PLAIN} --discovery-token-ca-cert-hash {other}")
    comma = parse_join(PLAIN.replace(HASH, f"{HASH},{other}"))
    assert twice == comma
    assert twice.ca_hashes == (HASH, other)


# What is wrong, and a word of what the person is told.
WRONG = {
    "nothing": ("", "kubeadm join"),
    "another command": ("kubeadm init --config x", "kubeadm join"),
    "only a token": (TOKEN, "kubeadm join"),
    "a further control plane": (capture("token-create-certificate-key"), "--control-plane"),
    "no address": (PLAIN.replace("10.77.0.31:6443", ""), "address"),
    "no port": (PLAIN.replace(":6443", ""), "address"),
    "port 0": (PLAIN.replace("6443", "0"), "address"),
    "port too high": (PLAIN.replace("6443", "70000"), "address"),
    "port by name": (PLAIN.replace("6443", "https"), "address"),
    "address of five bytes": (PLAIN.replace("10.77.0.31", "10.77.0.31.2"), "address"),
    "address that cannot be": (PLAIN.replace("10.77.0.31", "10.77.0.331"), "address"),
    "a cut pin in the place of the address": (
        f"kubeadm join --token {TOKEN} --discovery-token-ca-cert-hash sha256:8412",
        "address",
    ),
    "no token": (PLAIN.replace(f"--token {TOKEN}", ""), "token"),
    "a cut token": (PLAIN.replace(TOKEN, TOKEN[:-1]), "token"),
    "a token in capitals": (PLAIN.replace(TOKEN, TOKEN.upper()), "token"),
    "a placeholder": (PLAIN.replace(TOKEN, "<token>"), "token"),
    "the flag without its value": (f"kubeadm join 10.77.0.31:6443 --token {TOKEN}", "pin"),
    "a cut pin": (PLAIN[:-3], "61"),
    "a pin too long": (PLAIN + "ab", "66"),
    "a pin of other letters": (PLAIN[:-2] + "zz", "pin"),
    "a pin of another kind": (PLAIN.replace("sha256", "sha512"), "pin"),
}


@pytest.mark.parametrize(("pasted", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told(pasted: str, told: str) -> None:
    with pytest.raises(JoinError) as error:
        parse_join(pasted)
    assert told in str(error.value)
    assert TOKEN not in str(error.value)


@pytest.mark.parametrize(
    "name", ["join-hash-missing", "join-hash-short", "join-token-malformed", "join-no-args"]
)
def test_what_kubeadm_refuses_is_refused_before_it_is_asked(name: str) -> None:
    from tests.support.captures import FOLDER

    command = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()[0]
    with pytest.raises(JoinError):
        parse_join(command.removeprefix("# ").partition(" -> rc")[0])


@given(st.text(max_size=300))
def test_noise_is_refused_and_never_breaks_anything(pasted: str) -> None:
    for text in (pasted, f"kubeadm join {pasted}", f"{PLAIN[:60]}{pasted}"):
        try:
            found = parse_join(text)
        except JoinError:
            continue
        assert found.port


@given(st.text(max_size=300))
@example("# ends 2026-99-99 10:17 CST")
@example("# ends 0001-01-01 00:00 +99")
@example("# /etc/hosts needs 1.2.3.4.5 a")
def test_taking_apart_never_raises(pasted: str) -> None:
    zone = timezone(timedelta(hours=8), "CST")
    for text in (pasted, f"kubeadm join {pasted}", f"# {pasted}\n{PLAIN}", f"{PLAIN[:70]}{pasted}"):
        parts = take_apart(text, zone)
        assert (parts.command is None) == bool(
            parts.problem or parts.address.problem or parts.token.problem or parts.pin.problem
        )


ALNUM = "abcdefghijklmnopqrstuvwxyz0123456789"
TOKENS = st.tuples(
    st.text(ALNUM, min_size=6, max_size=6), st.text(ALNUM, min_size=16, max_size=16)
).map(".".join)
PINS = st.text("0123456789abcdef", min_size=64, max_size=64).map("sha256:{}".format)
ADDRESSES = st.one_of(
    st.ip_addresses(v=4).map("{}:6443".format),
    st.ip_addresses(v=6).map("[{}]:6443".format),
    # Python 3.13 writes an IPv4 address inside an IPv6 one with dots, older ones with digits.
    st.sampled_from(["[::ffff:192.168.40.180]:6443", "[::ffff:c0a8:28b4]:6443"]),
    st.sampled_from(["cluster-endpoint:6443", "master.lab:8443", "k8s-api.example.com:6443"]),
)
COMMANDS = st.builds(
    lambda address, token, pins: JoinCommand(address, Secret(token), tuple(pins)),
    ADDRESSES,
    TOKENS,
    st.lists(PINS, min_size=1, max_size=2),
)


def printed(command: JoinCommand, between: str) -> str:
    flags = [("--token", command.token.reveal())]
    flags += [("--discovery-token-ca-cert-hash", pin) for pin in command.ca_hashes]
    words = ["kubeadm join", command.endpoint, *(f"{name} {value}" for name, value in flags)]
    return between.join(words)


BETWEEN = st.sampled_from([" ", " \\\n\t", " \\\r\n  ", "\n", " \\\n> ", "\u3000", "  "])
BEFORE = st.sampled_from(
    ["", "sudo ", "[root@master01 ~]# ", "$ ", "# ", "# a comment\n", "Run:\n\n"]
)
AFTER = st.sampled_from(["", " ", "\n", " --v=5", "\n[root@master01 ~]# ", "\n\nThen wait.\n"])


@given(COMMANDS, BEFORE, BETWEEN, AFTER)
def test_every_command_is_read_in_every_shape(
    command: JoinCommand, before: str, between: str, after: str
) -> None:
    assert parse_join(before + printed(command, between) + after) == command


@given(COMMANDS, BEFORE, st.integers(20, 130))
def test_a_command_that_a_terminal_has_wrapped(
    command: JoinCommand, before: str, width: int
) -> None:
    # A comment before it would be one line with it.
    prompt = "" if "#" in before and "[" not in before else before
    assert parse_join(wrapped(prompt.replace("\n", "") + printed(command, " "), width)) == command


def wrapped(line: str, width: int) -> str:
    return "\n".join(line[i : i + width] for i in range(0, len(line), width))


@given(COMMANDS)
def test_full_width_characters(command: JoinCommand) -> None:
    wide = "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in printed(command, " \\\n ")
    )
    assert unicodedata.normalize("NFKC", wide) != wide
    assert parse_join(wide) == command


def test_a_command_that_is_cut_off_anywhere_says_what_is_missing() -> None:
    for cut in (PLAIN[:end] for end in range(len(PLAIN))):
        parts = take_apart(cut)
        assert parts.command is None, cut
        told = parts.problem or parts.address.problem or parts.token.problem or parts.pin.problem
        assert told is not None, cut
        assert TOKEN[7:] not in str(told), cut


def test_parts_say_what_is_missing_and_what_is_wrong() -> None:
    parts = take_apart(f"kubeadm join 10.77.0.31 --token {TOKEN[:12]}")
    assert (parts.address.state, parts.token.state, parts.pin.state) == (
        State.WRONG,
        State.WRONG,
        State.MISSING,
    )
    assert "10.77.0.31:6443" in str(parts.address.problem)
    assert "5 of 16" in str(parts.token.problem)


def test_a_cut_pin_is_counted_across_its_lines() -> None:
    parts = take_apart(PLAIN[:-20].replace("8412afc8", "8412\nafc8") + "\n" + PLAIN[-20:-1])
    assert "63 of 64" in str(parts.pin.problem)


def test_a_certificate_key_is_a_secret() -> None:
    parts = take_apart(capture("token-create-certificate-key"))
    assert parts.control_plane
    assert parts.problem
    key = parts.certificate_key
    assert key is not None
    assert len(key.reveal()) == 64
    assert key.reveal() not in repr(parts)


CST = timezone(timedelta(hours=8), "CST")


@pytest.mark.parametrize(
    ("comment", "card"),
    [
        (
            "# /etc/hosts needs 192.168.40.180 cluster-endpoint; ends 2026-11-24 10:17 CST",
            Card(
                "192.168.40.180 cluster-endpoint",
                "2026-11-24 10:17 CST",
                datetime(2026, 11, 24, 10, 17, tzinfo=CST),
            ),
        ),
        (
            "# ends 2026-11-24 10:17 UTC",
            Card("", "2026-11-24 10:17 UTC", datetime(2026, 11, 24, 10, 17, tzinfo=UTC)),
        ),
        (
            "# ends 2026-11-24 10:17 -0330",
            Card(
                "",
                "2026-11-24 10:17 -0330",
                datetime(2026, 11, 24, 13, 47, tzinfo=UTC),
            ),
        ),
        ("# ends 2026-11-24 10:17 MSK", Card("", "2026-11-24 10:17 MSK", None)),
        ("# ends 2026-13-24 10:17 UTC", Card()),
        ("# /etc/hosts needs 192.168.40.380 x; never ends", Card()),
        ("# needs a worker, ends the day", Card()),
    ],
)
def test_what_the_card_says(comment: str, card: Card) -> None:
    parts = take_apart(f"{comment}\n{PLAIN}", CST)
    assert parts.card == card
    assert parts.command == WANTED


@given(COMMANDS, BEFORE, BETWEEN, AFTER, st.integers(7, 150))
def test_no_secret_is_left_when_it_is_masked(
    command: JoinCommand, before: str, between: str, after: str, width: int
) -> None:
    text = before + printed(command, between) + after
    at = text.index(command.token.reveal()) + 7
    now = masked(text)
    assert now == text[:at] + STARS + text[at + 16 :]
    broken = masked(wrapped(text, width))
    assert {broken[place + place // width] for place in range(at, at + 16)} == {"*"}


@given(COMMANDS, BEFORE, BETWEEN, st.integers(0, 300))
def test_nothing_of_a_secret_shows_while_it_is_typed(
    command: JoinCommand, before: str, between: str, end: int
) -> None:
    text = before + printed(command, between)
    at = text.index(command.token.reveal()) + 7
    now = masked(text[:end])
    assert len(now) == len(text[:end])
    assert set(now[at : at + 16]) <= {"*"}


def test_the_token_is_stars_wherever_the_command_is_printed() -> None:
    assert TOKEN not in repr(WANTED)
    assert STARS in repr(WANTED)


def test_the_file_for_kubeadm_holds_the_whole_command() -> None:
    text = join_config(Answers(), "10.77.0.33", WANTED)
    assert TOKEN in text
    assert HASH in text
