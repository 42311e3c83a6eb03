"""A pasted join command is understood in every form in which people have it at hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.captures import capture
from tui_installer.model.answers import Answers
from tui_installer.model.join import JoinCommand, JoinError, parse_join
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
    from tests.captures import FOLDER

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


def test_the_token_is_stars_wherever_the_command_is_printed() -> None:
    assert TOKEN not in repr(WANTED)
    assert STARS in repr(WANTED)


def test_the_file_for_kubeadm_holds_the_whole_command() -> None:
    text = join_config(Answers(), "10.77.0.33", WANTED)
    assert TOKEN in text
    assert HASH in text
