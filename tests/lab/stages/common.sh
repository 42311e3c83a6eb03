# shellcheck shell=bash
# What build and its stages share. Changing it does not make the stages run again.

# say WORD... : progress, with the seconds since the build began
export LAB_BUILD_BEGAN=${LAB_BUILD_BEGAN:-$EPOCHSECONDS}
say() { printf 'lab %4ds  %s\n' $((EPOCHSECONDS - LAB_BUILD_BEGAN)) "$*" >&2; }

# The mirror this machine takes its own Debian packages from.
debian_mirror() {
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "bookworm" && $2 == "main" { print $3; exit }'
}

# fetch_debs FOLDER PACKAGE... : unpacks them (not what they depend on) into FOLDER
fetch_debs() {
    local folder=$1 deb; shift
    mkdir -p "$folder"
    (
        cd "$folder" || exit
        apt-get -q -o APT::Sandbox::User=root download "$@" >/dev/null
        for deb in ./*.deb; do dpkg-deb -x "$deb" .; rm "$deb"; done
    )
}

# check_blobs SUMS PREFIX : the files in LAB_BLOBS whose names begin so are those that SUMS lists
check_blobs() {
    grep " $2" "$1" | (cd "$LAB_BLOBS" && sha256sum --check --strict --quiet) || {
        say "the files $LAB_BLOBS/$2* are not those of blobs.sha256"; exit 1; }
}
