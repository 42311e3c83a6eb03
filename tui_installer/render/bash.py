"""The file that makes a person's shell complete kubectl's words."""

# `kubectl completion bash` takes 60 ms and more, and prints 300 lines, so no login waits for it. 124 tells bash to look again at what kubectl has registered
# meanwhile; files are the fallback.
_KUBECTL = """\
# Written by tui-installer. Completes kubectl's words; kubectl is asked for them at the first Tab.
__kubectl_at_first_tab() {
    complete -o default kubectl
    eval "$(kubectl completion bash 2>/dev/null)"
    return 124
}
complete -F __kubectl_at_first_tab kubectl
"""


def kubectl_completion() -> str:
    """Returns a file for /etc/bash_completion.d; it needs the package bash-completion."""
    return _KUBECTL
