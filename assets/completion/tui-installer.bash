# Completes the words of tui-installer in bash 4.2 and newer: commands, options, and what follows an option.
# install.sh puts it into /etc/bash_completion.d; a shell reads it when it starts, so it asks nobody anything.

# The checks that the installed program has; each is a file.
_tui_installer_checks() {
    local place file
    place=$(readlink -f "$(type -P tui-installer)") || return
    for file in "${place%/bin/*}"/app/tui_installer/checks/[!_]*.py; do
        file=${file##*/}
        echo "${file%.py}"
    done
}

_tui_installer() {
    local now=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command='' value='' words i
    # bash takes --lang=zh for three words.
    if [ "$now" = "=" ]; then
        now=''
    elif [ "$before" = "=" ]; then
        before=${COMP_WORDS[COMP_CWORD-2]}
    fi

    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            --answers | --join | --accept | --bundle | --speed | --output | -o | --lang | =) value=yes ;;
            -*) value='' ;;
            *)
                [ -n "$value" ] || command=${command:-${COMP_WORDS[i]}}
                value='' ;;
        esac
    done

    case $before in
        --answers | --join | --bundle | --output | -o)
            # Only bash itself, while it completes, knows this option; with it a folder gets its slash.
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$now")
            return ;;
        --accept) words=$(_tui_installer_checks) ;;
        --lang) words='zh en' ;;
        --speed) words='1 5 20' ;;
        *)
            case $command in
                '') words='check plan apply attach stop status explain images report rehearse record --lang --version --help' ;;
                check) words='--answers --json --lang --help' ;;
                plan) words='--answers --diff --shell --json --lang --help' ;;
                apply) words='--answers --join --accept --yes --detach --json --lang --help' ;;
                attach) words='--json --lang --help' ;;
                stop) words='--lang --help' ;;
                status) words='--prove --json --lang --help' ;;
                explain) words='--bundle --json --lang --help' ;;
                images) words='--json --lang --help' ;;
                report) words='-o --output --anonymous --json --lang --help' ;;
                rehearse) words='--answers --join --accept --speed --json --lang --help' ;;
                record) words='-o --output --json --lang --help' ;;
                *) words='' ;;
            esac ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$now")
}

complete -F _tui_installer tui-installer
