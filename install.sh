#!/bin/bash
# Installs tui-installer, or takes it off again. One script for two places:
#
# In an unpacked bundle it copies the program to /opt/tui-installer, once every file is as SHA256SUMS says. It must run on a
# bare CentOS 7: bash 4.2, coreutils, systemd 219, no network, and never the node's own Python.
#
# In a clone of the sources (requirements.lock lies beside it) it makes a Python environment in .venv beside them and starts
# the program from there.
#
# Killed at any point it can simply be run again.
set -euo pipefail

# In a locale with another character set bash takes a part of a Chinese character for a letter, or for the half of one: of
# a variable's name, or of a quote. So all that follows is read byte by byte, and the caller's locale is given back to what
# this script starts.
locale=${LC_ALL:-${LC_MESSAGES:-${LANG-}}}
given=${LC_ALL+yes} given_locale=${LC_ALL-}
LC_ALL=C

# A script that was cut short has no end of this group, and does nothing at all.
{
PLACE=/opt/tui-installer
LINK=/usr/bin/tui-installer
UNIT=tui-installer.service
CONSOLE=tui-installer-console.service
UNITS=/usr/lib/systemd/system
COMPLETION=/etc/bash_completion.d/tui-installer
TTY=/dev/tty1
# There while systemd runs, which it does not where an image of a machine is made.
BOOTED=/run/systemd/system
DISPLAY_MANAGER=/etc/systemd/system/display-manager.service

# Exit codes, the same as the program's own.
FAILED=1 USAGE=2 REFUSED=3 BUSY=4

# The option that names the language, once somebody has given one; the program gets it too.
language=()

main() {
    here=$(dirname "$(readlink -f "$0")")
    umask 022
    local start=yes uninstall= console=
    while [ $# -gt 0 ]; do
        case "$1" in
            --no-start) start= ;;
            --console) console=yes ;;
            --uninstall) uninstall=yes ;;
            --lang=*) choose_language "${1#*=}" ;;
            --lang)
                choose_language "${2-}"
                shift
                ;;
            -h | --help) show_help; exit 0 ;;
            --) shift; break ;;
            -*) die $USAGE "unknown option: $1. These are known: --no-start, --console, --uninstall, --lang, --help." \
                "不认识的选项：$1。可用的选项：--no-start、--console、--uninstall、--lang、--help。" ;;
            *) break ;;
        esac
        shift
    done

    if [ -n "$console" ]; then need_sense_for_console "$uninstall" "$@"; fi
    # The whole script is read by now, so it may replace or remove itself.
    if [ ! -e "$here/requirements.lock" ]; then
        from_bundle "$start" "$uninstall" "$console" ${language[@]+"${language[@]}"} "$@"
    else
        from_clone "$start" "$uninstall" ${language[@]+"${language[@]}"} "$@"
    fi
    exit 0
}

# choose_language VALUE: of what this script says, and of the program that it starts
choose_language() {
    case "$1" in
        zh | en) language=(--lang "$1") ;;
        *) die $USAGE "--lang wants zh or en, not \"$1\"." "--lang 只能是 zh 或 en，而不是 \"$1\"。" ;;
    esac
}

# need_sense_for_console UNINSTALL WORD... : what cannot be meant together with --console
need_sense_for_console() {
    [ ! -e "$here/requirements.lock" ] || die $USAGE \
        "--console works in an unpacked bundle only: at a boot the program must lie in $PLACE, with its own Python, and a \
clone installs nothing there. Build a bundle with packaging/build-bundle." \
        "--console 只能在解开的安装包中使用：开机时程序和它自带的 Python 必须位于 $PLACE，而源码目录不会在那里安装任何东西。\
请用 packaging/build-bundle 制作安装包。"
    [ -z "$1" ] || die $USAGE "--console installs and --uninstall removes; give one of the two." \
        "--console 用于安装，--uninstall 用于删除，只能选一个。"
    [ $# -lt 2 ] || die $USAGE \
        "with --console nothing is started now, so nobody would read these words: ${*:2}. Leave them out." \
        "使用 --console 时现在不会启动程序，因此不会有程序读取这些参数：${*:2}。请去掉它们。"
}

show_help() {
    say "Usage: ./install.sh [--no-start | --console | --uninstall] [--lang zh|en] [WORDS FOR tui-installer...]

From an unpacked bundle: installs the program to $PLACE, or upgrades it, and opens it.
From a clone: makes .venv beside the sources and opens the program from there.

  --no-start    install only
  --console     install only; from the next boot on the program opens on tty1, the screen of this machine, without a
                login, until a person leaves it or the node is made; then tty1 is a login again. From a bundle only
  --uninstall   remove the program; the node, its settings and its records stay as they are
  --lang zh|en  the language, here and in the program
  --help        this text

Example: sudo ./install.sh --no-start" \
        "用法：./install.sh [--no-start | --console | --uninstall] [--lang zh|en] [传给 tui-installer 的参数...]

在解开的安装包中：把程序安装或升级到 $PLACE，然后打开它。
在源码目录中：在源码旁建立 .venv，并从那里打开程序。

  --no-start    只安装，不打开
  --console     只安装；从下次启动起，程序在 tty1（本机屏幕）上打开，无需登录，直到有人离开它或节点装好为止；
                之后 tty1 恢复为登录界面。只能在安装包中使用
  --uninstall   删除程序；节点本身、它的设置和记录都保持不变
  --lang zh|en  语言，对本脚本和程序都有效
  --help        显示本说明

例：sudo ./install.sh --no-start"
}

# say ENGLISH CHINESE: the sentence in the language that was asked for, else that of the caller's locale.
say() {
    case "${language[1]:-$locale}" in
        zh*.[gGbB]*) printf '%s\n' "$1" ;; # GBK, GB18030, Big5: this text is none of it
        zh*) printf '%s\n' "$2" ;;
        *) printf '%s\n' "$1" ;;
    esac
}

# die CODE ENGLISH CHINESE
die() {
    say "install.sh: $2" "install.sh：$3" >&2
    exit "$1"
}

# run_program WORDS...: in the place of this script, in the locale of whoever called it.
run_program() {
    if [ -n "$given" ]; then export LC_ALL=$given_locale; else unset LC_ALL; fi
    exec "$@"
}

# ---- In a bundle ----

from_bundle() {
    local start=$1 uninstall=$2 console=$3
    shift 3
    need_root
    refuse_during_a_run
    if [ -n "$uninstall" ]; then
        remove_program
        return
    fi
    need_whole_bundle
    need_same_architecture
    if [ -n "$console" ]; then need_console; fi
    copy_program
    swap_program
    install_completion
    install_unit
    say "tui-installer $(bundle_value version) is installed in $PLACE. The command is: tui-installer" \
        "tui-installer $(bundle_value version) 已安装到 $PLACE。命令：tui-installer"
    if [ -n "$console" ]; then
        enable_console
        return
    fi
    [ -z "$start" ] || run_program "$LINK" "$@"
}

need_root() {
    [ "$(id -u)" = 0 ] || die $REFUSED \
        "only root can install a system program; nothing was changed. Run: sudo $0" \
        "只有 root 才能安装系统程序；没有做任何改动。请运行：sudo $0"
}

# "activating" is an engine between a crash and its restart: that run goes on as well.
refuse_during_a_run() {
    local state
    state=$(systemctl is-active "$UNIT" 2>/dev/null) || true
    case "$state" in
        active | activating | deactivating | reloading)
            die $BUSY \
                "a run is going on ($UNIT is $state), and its program must not change under it; nothing was changed. \
Wait for it (tui-installer attach) or stop it (tui-installer stop), then run this again." \
                "有一次运行正在进行（$UNIT 状态为 $state），不能在此时更换程序；没有做任何改动。\
请等它结束（tui-installer attach），或让它停下（tui-installer stop），然后再运行本脚本。" ;;
    esac
}

bundle_value() {
    sed -n "s/^$1=//p" "$here/BUNDLE"
}

# A download or a copy that was cut short would otherwise take the place of a program that works. BUNDLE knows how many
# files there are, so the list itself cannot have lost any.
need_whole_bundle() {
    local wrong listed strange
    wrong=$(cd "$here" && sha256sum --quiet --strict --check SHA256SUMS 2>&1 | head -n 5) && listed=$(wc -l <"$here/SHA256SUMS") &&
        [ "$listed" = "$(bundle_value files)" ] || die $FAILED \
        "this bundle is damaged or incomplete, so nothing was changed: ${wrong:-SHA256SUMS does not list all its files}
Fetch the bundle again, compare its sha256, unpack it anew, and run this again." \
        "安装包已损坏或不完整，因此没有做任何改动：${wrong:-SHA256SUMS 没有列出全部文件}
请重新下载安装包，核对它的 sha256，重新解开，然后再次运行。"
    strange=$(strange_files)
    [ -z "$strange" ] || die $FAILED \
        "these files lie among those of this bundle and are none of them, as when it was unpacked over an older one, so nothing \
was changed:
$strange
Unpack the bundle into an empty folder, and run this again there." \
        "安装包的文件夹中混有不属于它的文件（例如解开时覆盖在旧的安装包上），因此没有做任何改动：
$strange
请把安装包解开到一个空文件夹中，然后在那里再次运行。"
}

# The first files and links in the bundle's folders that no line of SHA256SUMS names. What the program finds by its
# folder, as a step, would be taken for a part of it. What lies beside them, as an answers file, is left where it is.
strange_files() (
    local folders
    cd "$here"
    mapfile -t folders < <(bundle_names folders)
    [ ${#folders[@]} -gt 0 ] || return 0
    find "${folders[@]}" ! -type d -printf './%p\n' | sort |
        comm -23 - <(cut -c 67- SHA256SUMS | sort) | sed -n 1,5p | tr '\001-\011\013-\037\177' '?'
)

# What the bundle has at its top; with an argument, its folders alone.
bundle_names() {
    cut -c 67- "$here/SHA256SUMS" | sed -n "s,^\./\([^/]*\)/.*,\1,p" | sort -u
    [ $# -gt 0 ] || { cut -c 67- "$here/SHA256SUMS" | sed -n "s,^\./\([^/]*\)$,\1,p" && echo SHA256SUMS; }
}

need_same_architecture() {
    local built machine
    built=$(bundle_value arch)
    machine=$(uname -m)
    [ "$built" = "$machine" ] || die $REFUSED \
        "this bundle is for $built and this machine is $machine; nothing was changed. Take the bundle for $machine." \
        "此安装包适用于 $built，而本机是 $machine；没有做任何改动。请换用适用于 $machine 的安装包。"
}

# A machine without tty1, as a container, would never show anything. Of an image the machine is not here to be seen.
need_console() {
    if [ ! -e "$TTY" ] && [ -d "$BOOTED" ]; then
        die $REFUSED \
            "this machine has no $TTY (a container has none), so the program could never open there; nothing was changed. \
Install with --no-start, and start tui-installer by hand." \
            "本机没有 $TTY（容器没有它），程序永远无法在那里打开；没有做任何改动。请用 --no-start 安装，然后手动运行 tui-installer。"
    fi
    if [ "$(systemctl get-default 2>/dev/null)" = graphical.target ] && [ -L "$DISPLAY_MANAGER" ]; then
        die $REFUSED \
            "tty1 of this machine is a graphical login ($DISPLAY_MANAGER), and both cannot have it; nothing was changed. Turn \
it off (systemctl set-default multi-user.target), or install with --no-start." \
            "本机的 tty1 用于图形登录（$DISPLAY_MANAGER），两者不能同时使用它；没有做任何改动。\
请关闭图形登录（systemctl set-default multi-user.target），或用 --no-start 安装。"
    fi
}

# Everything that can go wrong (no space, a damaged bundle) goes wrong here, beside the program that is in place.
copy_program() {
    rm -rf "$PLACE.new"
    mkdir -p "$(dirname "$PLACE")" "$UNITS" "$PLACE.new"
    bundle_names | (cd "$here" && xargs -d '\n' cp -R --preserve=mode,timestamps -t "$PLACE.new") || give_up_copy \
        "the program could not be copied to $PLACE.new (the line above says why; it needs $(size_of "$here"))" \
        "无法把程序复制到 $PLACE.new（原因见上一行；需要空间 $(size_of "$here")）"
    # Unpacked by a careful user's tar its files may be closed to everybody else.
    chown -R 0:0 "$PLACE.new"
    chmod -R u+rwX,go+rX,go-w "$PLACE.new"
    "$PLACE.new/python/bin/python3.13" -I -B -c 'import tui_installer.cli.main' || give_up_copy \
        "the copied program does not start (the lines above say why): the bundle is damaged or incomplete, or $PLACE lies \
on a file system mounted noexec. Unpack the bundle again, or mount it without noexec" \
        "复制后的程序无法启动（原因见上面几行）：安装包已损坏或不完整，或者 $PLACE 所在的文件系统以 noexec 方式挂载。\
请重新解开安装包，或去掉 noexec 后重新挂载"
}

give_up_copy() {
    rm -rf "$PLACE.new"
    die $FAILED "$1. Nothing else was changed; run this again afterwards." "$2。没有做其他改动；处理后请再次运行。"
}

size_of() {
    du -sh "$1" | cut -f 1
}

swap_program() {
    # On the disk before the old program goes: a power cut would leave empty files behind whole names.
    sync
    # All this takes its time: a run may have begun meanwhile.
    (refuse_during_a_run) || {
        rm -rf "$PLACE.new"
        exit $BUSY
    }
    # An earlier call may have been killed between the two renames; then the old program lies aside, and is not needed.
    rm -rf "$PLACE.old"
    [ ! -e "$PLACE" ] || mv -T "$PLACE" "$PLACE.old"
    mv -T "$PLACE.new" "$PLACE"
    sync
    rm -rf "$PLACE.old"
    # With SELinux the engine may only call yum and kubeadm when its program carries the label of a program.
    if command -v restorecon >/dev/null; then
        restorecon -RF "$PLACE" || true
    fi
    rm -f "$LINK.new"
    ln -s "$PLACE/bin/tui-installer" "$LINK.new"
    mv -T "$LINK.new" "$LINK"
}

# A shell that starts meanwhile reads every file in that folder but the hidden ones.
install_completion() {
    local new
    new=$(dirname "$COMPLETION")/.tui-installer.new
    mkdir -p "$(dirname "$COMPLETION")"
    cp "$PLACE/app/assets/completion/tui-installer.bash" "$new"
    mv -T "$new" "$COMPLETION"
}

# put_unit NAME
put_unit() {
    cp "$PLACE/app/assets/systemd/$1" "$UNITS/$1.new"
    mv -T "$UNITS/$1.new" "$UNITS/$1"
}

install_unit() {
    put_unit "$UNIT"
    # An upgrade renews what is there; whether the console waits for the next boot stays as it was.
    if [ -e "$UNITS/$CONSOLE" ]; then put_unit "$CONSOLE"; fi
    reload_systemd
    local answer
    answer=$(systemctl enable "$UNIT" 2>&1) || die $FAILED \
        "systemd did not take the unit $UNIT, without which a run is not taken up after a reboot: $answer. \
The program is in place; run this again when that is cured." \
        "systemd 没有接受单元 $UNIT（没有它，重启后无法继续未完成的运行）：$answer。程序已就位；解决后请再次运行。"
}

# Nothing is started: until the next boot tty1 belongs to whoever is there now.
enable_console() {
    local answer
    put_unit "$CONSOLE"
    reload_systemd
    answer=$(systemctl enable "$CONSOLE" 2>&1) || {
        remove_console
        reload_systemd
        die $FAILED \
            "systemd did not take the unit $CONSOLE, which opens the program on tty1: $answer. The program is installed, and \
tty1 stays a login; run this again when that is cured." \
            "systemd 没有接受单元 $CONSOLE（由它在 tty1 上打开程序）：$answer。程序已安装，tty1 仍是登录界面；解决后请再次运行。"
    }
    say "From the next boot on it opens on tty1, for whoever is at this machine's screen and keyboard, without a password, until \
a person leaves it or the node is made. Then tty1 is a login again." \
        "从下次启动起，它会在 tty1 上打开，在本机屏幕和键盘前的人无需密码即可使用，直到有人离开它或节点装好为止。\
之后 tty1 恢复为登录界面。"
    [ -e "$TTY" ] || say \
        "There is no $TTY here. systemd does not run here either, so this is taken for an image that is being made. On a \
machine without $TTY nothing will open." \
        "这里没有 $TTY，也没有运行 systemd，因此视为正在制作系统映像。在没有 $TTY 的机器上，程序不会打开。"
}

# Not where systemd does not run, as when an image of a machine is made: it reads its units when it starts.
reload_systemd() {
    [ ! -d "$BOOTED" ] || systemctl daemon-reload
}

# The end of the unit, if it runs, gives tty1 its login.
remove_console() {
    [ -e "$UNITS/$CONSOLE" ] || return 0
    systemctl disable "$CONSOLE" >/dev/null 2>&1 || true
    systemctl stop "$CONSOLE" >/dev/null 2>&1 || true
    rm -f "$UNITS/$CONSOLE"
}

remove_program() {
    remove_console
    if [ -e "$UNITS/$UNIT" ]; then
        systemctl disable "$UNIT" >/dev/null 2>&1 || true
        rm -f "$UNITS/$UNIT"
    fi
    reload_systemd
    # Only our link: a program of the same name from elsewhere is not ours to remove.
    case "$(readlink "$LINK" || true)" in
        "$PLACE"/*) rm -f "$LINK" ;;
    esac
    rm -rf "$PLACE" "$PLACE.new" "$PLACE.old" "$LINK.new" "$UNITS/$UNIT.new" "$UNITS/$CONSOLE.new" \
        "$COMPLETION" "$(dirname "$COMPLETION")/.tui-installer.new"
    say "tui-installer is removed. The node stays as it is, and so do /etc/tui-installer (its answers) and \
/var/lib/tui-installer (the records of its runs)." \
        "tui-installer 已删除。节点保持不变，/etc/tui-installer（安装答案）和 /var/lib/tui-installer（运行记录）也都保留。"
}

# ---- In a clone ----

from_clone() {
    local start=$1 uninstall=$2
    shift 2
    cd "$here"
    if [ -n "$uninstall" ]; then
        rm -rf .venv
        say "The environment in $here/.venv is removed; a clone installs nothing else." \
            "环境 $here/.venv 已删除；在源码目录中不会安装别的东西。"
        return
    fi
    environment_is_ready || make_environment
    [ -z "$start" ] || run_program "$here/.venv/bin/python" -m tui_installer "$@"
}

lock_sum() {
    sha256sum requirements.lock | cut -d ' ' -f 1
}

# The stamp is written last: an environment that was cut short, or made from another lock, has none that matches.
environment_is_ready() {
    [ "$(cat .venv/made-from 2>/dev/null)" = "$(lock_sum)" ] && .venv/bin/python -c '' 2>/dev/null
}

make_environment() {
    local python
    python=$(find_python) || die $REFUSED \
        "no Python 3.11 or newer is here, and from a clone the program needs one; nothing was changed. Install one, or take \
the bundle, which brings its own." \
        "本机没有 Python 3.11 或更新的版本，而从源码运行需要它；没有做任何改动。请安装一个，或改用自带 Python 的安装包。"
    "$python" -c 'import venv, ensurepip' 2>/dev/null || die $REFUSED \
        "$python has no venv module, which makes the environment; nothing was changed. Install it (on Debian and Ubuntu: \
apt-get install python3-venv)." \
        "$python 缺少建立环境所需的 venv 模块；没有做任何改动。请安装它（Debian 和 Ubuntu：apt-get install python3-venv）。"
    say "Making the Python environment in $here/.venv, once." "正在建立 Python 环境 $here/.venv，只需一次。" >&2
    "$python" -m venv --clear .venv || die $FAILED \
        "the environment in $here/.venv could not be made; the lines above say why. Run this again afterwards." \
        "无法建立环境 $here/.venv，原因见上面几行。处理后请再次运行。"
    .venv/bin/python -m pip --quiet --disable-pip-version-check --retries 2 install --require-hashes --only-binary :all: \
        -r requirements.lock || die $FAILED \
        "the packages of requirements.lock could not be installed; the lines above say why. Without a network, or where the \
package index cannot be reached, set a mirror for pip (pip config set global.index-url URL), or take the bundle, which \
needs no network. Then run this again." \
        "无法安装 requirements.lock 中的软件包，原因见上面几行。如果没有网络或连不上软件包索引，请为 pip 设置镜像\
（pip config set global.index-url URL），或改用不需要网络的安装包，然后再次运行。"
    # The sources themselves are not installed: every start of .venv's Python finds them here, four folders up.
    echo ../../../.. >"$(echo .venv/lib/python3.*/site-packages)/tui-installer.pth"
    lock_sum >.venv/made-from
}

# By version first: "python3" is often the oldest one. Each is tried, as a name on the PATH may be a shim for nothing.
find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

main "$@"
}
