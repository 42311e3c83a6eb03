"""Help for every page and screen, by the name of its file."""

from __future__ import annotations

from tui_installer.model import places
from tui_installer.model.help import Help
from tui_installer.model.text import T

DRAFT, RUNS = str(places.DRAFT), str(places.RUNS)

PAGES = {
    "role": Help(
        title=T("Role"),
        what=T(
            "Decides what this server becomes. Beside each role stands what it needs, and what this machine has."
        ),
        allowed=T("Up and Down choose a role: the one with the mark is taken. Enter goes on."),
        why=T(
            "The pages that follow depend on it: a control plane is asked for its networks, a worker for the join command."
        ),
        look="tui-installer check",
    ),
    "node": Help(
        title=T("Node"),
        what=T(
            "Gives this node its name and chooses the network card that Kubernetes uses, and whether its address is made fixed. What is suggested fits a server with one card."
        ),
        why=T("Name and address go into certificates: change them now, not later."),
        look="hostnamectl status; ip -4 address",
    ),
    "mirrors": Help(
        title=T("Mirrors"),
        what=T(
            "Chooses where packages and images come from. Every source is asked from this machine for exactly what this run needs; the first good one is chosen."
        ),
        why=T(
            "A source that is dead, slow or not complete is the most frequent reason why an installation fails."
        ),
        look="yum repolist -v",
    ),
    "cluster": Help(
        title=T("Cluster"),
        what=T(
            "The settings of the new cluster. They fit most networks; look whether the pod network and the Service network are free in yours."
        ),
        why=T(
            "Networks and endpoint name cannot be changed later without making the cluster anew; kube-proxy's and Calico's modes can."
        ),
        look="ip route",
    ),
    "join": Help(
        title=T("Join"),
        what=T(
            "Takes the join command of a control plane. It may be pasted in any shape, read from a file, or typed in parts. Nothing is sent to the cluster before the installation starts."
        ),
        allowed=T(
            "On the control plane this prints a new join command: kubeadm token create --print-join-command"
        ),
        why=T(
            "The token lets this server in; the CA pin proves that the cluster is yours and nobody else's. Going on without the pin is not offered."
        ),
        look="curl -k https://ADDRESS:6443/api/v1/namespaces/kube-public/configmaps/cluster-info",
        kept="/run/tui-installer",
    ),
    "options": Help(
        title=T("Options"),
        what=T(
            "How this machine is prepared: swap, SELinux, firewall, time. In the middle stands how it is now. Every line is good as it is."
        ),
        look="free -m; getenforce; systemctl is-active firewalld chronyd",
    ),
    "preflight": Help(
        title=T("Preflight"),
        what=T(
            "Everything that must be right before the work begins, worst first. FAIL stops here, warn should be read, planned is put right by a step of this run."
        ),
        allowed=T(
            "Enter on a row shows what was found, what is wanted, why, and what to do. A FAIL can be accepted by name; this stays visible to the end."
        ),
        why=T("Nothing is changed yet, so a problem that is found here costs nothing."),
        look="tui-installer check",
    ),
    "review": Help(
        title=T("Review"),
        what=T(
            "Everything that will change, as it will be: each file with its new lines, each command. Nothing has been changed until you press Start installation."
        ),
        allowed=T(
            "It begins with a summary: what the server becomes, what is disabled, how much is downloaded, how long it takes, and what is permanent. Enter on it, or on a step, shows everything whole."
        ),
        why=T(
            "Disabled: what Kubernetes cannot run beside. Permanent: what no command takes back; other values then need a new cluster. What is not known says so."
        ),
        look="tui-installer plan --diff",
    ),
}

SCREENS = {
    "start": Help(
        title=T("Start"),
        what=T(
            "The first screen: what will happen, and what machine this is. Nothing is changed before you press Start installation on page 7."
        ),
        allowed=T(
            "Begin opens the pages. Answers file fills them from a file, so that a second server is made like the first."
        ),
        look="tui-installer check",
        kept=DRAFT,
    ),
    "unfinished": Help(
        title=T("Not finished"),
        what=T(
            "An installation on this machine was stopped or has failed. What is done is kept; it can be taken up where it stopped."
        ),
        allowed=T("Resume goes on with the same answers. Change opens the pages with them first."),
        why=T(
            "Each step first looks at what is there and does only what is missing; resuming can be tried as often as you like."
        ),
        look="tui-installer attach",
        kept=RUNS,
    ),
    "run": Help(
        title=T("Run"),
        what=T(
            "The installation at work: its steps, what happens now, and how long it may still take. It needs neither this window nor this line."
        ),
        allowed=T("Leave whenever you like, and start the program again to see it."),
        why=T(
            "A step is done only when the machine was looked at again and nothing is left to do, not when a command said so."
        ),
        look="tui-installer attach",
        kept=RUNS,
    ),
    "failure": Help(
        title=T("Stopped"),
        what=T(
            "What happened, why, by what signs, and what to do. Steps that are done stay done; trying again begins with the step that failed."
        ),
        allowed=T(
            "Up goes from the actions into what is said above them, where Up and Down scroll. Last errors are those of kubelet, containerd and containers that have ended. Where it has failed twice in a row for the same cause, trying again is no longer the first choice."
        ),
        why=T(
            "A program's own message stays as it was printed, so that you can search for it. Only the advice that kubeadm prints after every failure is left out: it says nothing of this one."
        ),
        look="journalctl -u kubelet -u containerd -n 50",
        kept=RUNS,
    ),
    "done": Help(
        title=T("Done"),
        what=T(
            "The node is what you asked for: what a proof with real traffic has shown, and on a control plane the join command for the next server."
        ),
        allowed=T(
            "To Status leads to the screen with which the program opens from now on. The token shows only when you ask for it."
        ),
        why=T(
            "The join command holds a token. Whoever has it can add a server to your cluster until it ends, 24 hours after it was made."
        ),
        look="kubectl get nodes",
        kept="/etc/kubernetes",
    ),
    "status": Help(
        title=T("Status"),
        what=T(
            "How this node does, worst first. It is looked at again every ten seconds, and nothing is changed by that. DNS, Service and Pod to pod are what the last proof with traffic has found."
        ),
        allowed=T(
            "Up goes from what can be done into the rows; Enter on a row shows what was found, what is wanted, why, and what to do."
        ),
        why=T(
            "A node that is Ready may still pass no packet, run with an edited file, or lose its certificates soon."
        ),
        look="tui-installer status",
        kept=str(places.PROOF),
    ),
    "diagnostics": Help(
        title=T("Diagnostics"),
        what=T(
            "What the tools of this machine see, page by page. Images: every image as ctr, crictl and docker see it, the worst first. ctr and crictl: twenty tasks, by which command each tool does them, and why their answers differ."
        ),
        allowed=T(
            "Left and Right go to another page. Enter on an image shows all that is known of it, with the commands that put it right; f filters, s sorts. Enter on a task runs its commands if they change nothing, else it shows them. Ctrl+R reads again, / finds a row."
        ),
        why=T(
            "ctr and crictl ask the same containerd and answer differently. Who trusts the wrong one looks for a fault where there is none."
        ),
        look="crictl images; ctr -n k8s.io images ls",
    ),
    "causes": Help(
        title=T("What is wrong?"),
        what=T(
            "The causes of what does not work on this machine, each with the lines that show it and with what to do. The first one explains those that stand under it: put it right first."
        ),
        allowed=T(
            "Up and Down scroll. Ctrl+R looks again, for example after you have put something right."
        ),
        why=T(
            "One broken thing makes a dozen programs complain. Errors below are those that no cause explains; what could not be read is named with the reason, and may hide one."
        ),
        look="tui-installer explain",
    ),
    "card": Help(
        title=T("Join card"),
        what=T(
            "The join command for the next server, with the token that holds longest. The program on that server reads it from a paste or from a file."
        ),
        allowed=T(
            "Show the token shows it for a minute. New token makes another one, which holds for 24 hours."
        ),
        why=T("Whoever has the token can add a server to your cluster until it ends."),
        look="kubeadm token list",
    ),
    "drift": Help(
        title=T("What differs"),
        what=T(
            "What a run with the last answers would do now. On a finished node that is nothing; what there is has been changed since, by hand or by another program."
        ),
        allowed=T(
            "Enter shows a file or command whole. Put it back goes through the checks and the review, as every run. To keep a difference, change the answers."
        ),
        why=T("A setting that was changed in passing is often found only after the next reboot."),
        look="tui-installer plan --answers /etc/tui-installer/answers.toml --diff",
        kept="/etc/tui-installer/answers.toml",
    ),
    "machines": Help(
        title=T("Rehearsal"),
        what=T(
            "Recorded machines on which the whole program can be tried: the same pages, checks, plan and run. Files are written into a folder of the rehearsal's own, and commands are answered from recordings."
        ),
        allowed=T(
            "Enter begins a rehearsal on the machine of the row. Leaving ends it, and its folder is removed."
        ),
        why=T("What a run would do to a server can be seen beforehand, without a server."),
        look="tui-installer rehearse --help",
        kept="~/.local/state/tui-installer/rehearsals",
    ),
    "offered": Help(
        title=T("Choose a file"),
        what=T(
            "Nobody has logged in on this console, so a file is chosen from a list and no path is typed. Shown are answers files, or files with a join command, and nothing of any other file."
        ),
        allowed=T(
            "Enter takes the file of the row. Put it into the top folder of a USB stick or CD, which is mounted read-only for the moment, and press Ctrl+R."
        ),
        why=T("Who is at the keyboard need not be who may read every file of this machine."),
        look="ls /var/lib/tui-installer/files",
        kept="/var/lib/tui-installer/files",
    ),
    "past_runs": Help(
        title=T("Past runs"),
        what=T(
            "Every run of this program on this machine: when it began, how it ended, how long its last pass took. Enter opens its log."
        ),
        look="tui-installer attach",
        kept=RUNS,
    ),
    "log": Help(
        title=T("Log"),
        what=T(
            "Everything that the programs of the run have printed, by step, from the disk; and the last 2,000 lines of kubelet, containerd and the kernel. Secrets are stars."
        ),
        allowed=T(
            "/ finds, n finds the next one. Left and Right go to another step or service; Ctrl+R reads the log of a service again."
        ),
        look="less /var/lib/tui-installer/runs/*/output/*.log",
        kept=RUNS,
    ),
}
