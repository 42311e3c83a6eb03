# Written by tui-installer. Completes kubectl's words; kubectl is asked for them at the first Tab.
__kubectl_at_first_tab() {
    complete -o default kubectl
    eval "$(kubectl completion bash 2>/dev/null)"
    return 124
}
complete -F __kubectl_at_first_tab kubectl
