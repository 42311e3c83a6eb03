"""Whether an address is taken is read from arping, or from the kernel's own table."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.recorded import Recorded
from tui_installer.host import neighbours, ssh_line
from tui_installer.host.shell import Output
from tui_installer.model.address import Neighbour

HEAD = "IP address       HW type     Flags       HW address            Mask     Device\n"
TAKEN = HEAD + "192.168.40.1     0x1         0x2         00:50:56:c0:00:08     *        ens33\n"
FREE = HEAD + "192.168.40.1     0x1         0x0         00:00:00:00:00:00     *        ens33\n"
ELSEWHERE = HEAD + "192.168.40.1     0x1         0x2         00:50:56:c0:00:08     *        ens34\n"
# arping -D -I ens33 -c 2 -w 2 192.168.40.1, of iputils.
REPLY = """ARPING 192.168.40.1 from 0.0.0.0 ens33
Unicast reply from 192.168.40.1 [00:50:56:C0:00:08]  0.704ms
Sent 1 probes (1 broadcast(s))
Received 1 response(s)
"""
SILENCE = """ARPING 192.168.40.1 from 0.0.0.0 ens33
Sent 2 probes (2 broadcast(s))
Received 0 response(s)
"""


def ask(arping: Output | None = None, ping: int = 1, table: str = HEAD) -> Neighbour:
    says = {"ping -n -c 1 -W 1 -I ens33 192.168.40.1": Output(ping)}
    if arping is not None:
        says["arping -D -I ens33 -c 2 -w 2 192.168.40.1"] = arping
    look = Recorded(files={"/proc/net/arp": table}, says=says)
    return neighbours.ask("ens33", "192.168.40.1", look)


def test_arping() -> None:
    assert ask(Output(1, REPLY)) == Neighbour(taken=True, mac="00:50:56:c0:00:08")
    assert ask(Output(0, SILENCE)) == Neighbour(taken=False)


def test_arping_that_cannot_ask_leaves_it_to_the_kernel() -> None:
    assert ask(Output(2, "", "arping: interface ens33 is down"), 1, FREE) == Neighbour(taken=False)


def test_the_kernels_table_where_arping_is_missing() -> None:
    assert ask(ping=0, table=TAKEN) == Neighbour(taken=True, mac="00:50:56:c0:00:08")
    # A host that answers ARP and drops pings has the address too.
    assert ask(ping=1, table=TAKEN).taken is True
    assert ask(ping=1, table=FREE) == Neighbour(taken=False)


def test_an_answer_from_beyond_a_router_has_no_mac() -> None:
    assert ask(ping=0) == Neighbour(taken=True)


def test_what_cannot_be_found_out_is_unknown() -> None:
    for table in (HEAD, "", ELSEWHERE):
        found = ask(ping=1, table=table)
        assert found.taken is None
        assert "ens33" in str(found.why)


def test_an_ssh_line_of_our_own_environment() -> None:
    assert ssh_line.ssh_connection({"SSH_CONNECTION": "a 1 b 2"}) == "a 1 b 2"


def test_sudo_hides_the_line_but_not_from_the_shells_above() -> None:
    """The environment that a process was started with can be read as long as it lives."""
    code = "import sys; from tui_installer.host import ssh_line; print(ssh_line.ssh_connection({}))"
    inner = ["env", "-u", "SSH_CONNECTION", sys.executable, "-c", code]
    # A shell that stays: what follows the command keeps it from being replaced by it.
    shell = ["sh", "-c", '"$@"; exit 0', "sh", *inner]
    line = "192.168.40.1 51512 192.168.40.180 22"
    environment = {**os.environ, "SSH_CONNECTION": line}
    done = subprocess.run(shell, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == line
