# shellcheck shell=bash
# What the stages that make images share. A change here makes all of them run again. The caller has
# sourced common.sh and stands in a scratch folder.

# Where a stage's own registry listens, on the host and only while the stage runs.
REGISTRY=127.0.0.1:5999

# open_registry STORAGE : a docker-registry that keeps in this folder what is pushed to it
open_registry() {
    cat >registry.yml <<E
version: 0.1
storage: {filesystem: {rootdirectory: $1}}
http: {addr: "$REGISTRY"}
log: {level: error, accesslog: {disabled: true}}
E
    docker-registry serve registry.yml >registry.log 2>&1 &
    REGISTRY_PID=$!
    for _ in $(seq 100); do
        kill -0 $REGISTRY_PID 2>/dev/null ||
            { say "docker-registry ended:"; cat registry.log >&2; exit 1; }
        ! curl -fs "http://$REGISTRY/v2/" >/dev/null || break
        sleep .05
    done
}

close_registry() {
    kill $REGISTRY_PID
    wait $REGISTRY_PID || true
}

# image ROOT REFERENCE... [-- OPTION...] : one layer from the folder ROOT, which is gone afterwards,
# pushed under each name; OPTION as for `umoci config`
image() {
    local root=$1 layout=$1.layout reference references=(); shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do references+=("$1"); shift; done
    umoci init --layout "$layout"
    umoci new --image "$layout:x"
    umoci insert --image "$layout:x" "$root" / >/dev/null
    umoci config --image "$layout:x" --architecture amd64 --os linux \
        --config.env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${@:2}"
    for reference in "${references[@]}"; do
        skopeo --insecure-policy copy -q --format v2s2 --dest-tls-verify=false \
            "oci:$layout:x" "docker://$REGISTRY/$reference"
    done
    rm -rf "$root" "$layout"
}

# debian_root ROOT PACKAGE... : their files and those of what they need; no script of theirs has run
debian_root() {
    mmdebstrap -q --variant=extract --include="$(IFS=,; echo "${*:2}")" \
        --dpkgopt='path-exclude=/usr/share/*' bookworm "$1" "$(debian_mirror)" 2>"$1.log" ||
        { tail -20 "$1.log" >&2; return 1; }
}
