"""What makes a person's shell complete kubectl's words."""

# `kubectl completion bash` takes 60 ms and more, and prints 300 lines: no login waits for them. 124 tells bash to look
# again, at what kubectl has registered by then; files are what is left if it has not.
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
    """A file for /etc/bash_completion.d; it needs the package bash-completion."""
    return _KUBECTL
