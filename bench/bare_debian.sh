#!/usr/bin/env bash
# Measures the README's first command in a bare Debian: as root and as a plain user, first and second
# start. Needs root, debootstrap and a network.
#
#   bench/bare_debian.sh SUITE FOLDER [root|plain]    SUITE is bookworm (12) or trixie (13)
#
# PROOF=cluster measures the private database alone; PROOF=test runs `./riskmap test`.
# The calling machine's settings for its registries (apt's Acquire, pip, npm, certificates, names) are
# carried into the bare root where they exist; all else in it is as debootstrap leaves it.
set -euo pipefail

suite=$1 folder=$2 who=${3:-both} proof=${PROOF:-demo} port=${RISKMAP_PORT:-18080}
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
base=$folder/$suite-base

make_base() {
    [ -e "$base/usr/bin/git" ] && return
    debootstrap --variant=minbase --include=ca-certificates,python3,git "$suite" "$base"
}

carry_registry_settings() { # into the root $1
    apt-config dump Acquire >"$1/etc/apt/apt.conf.d/99carried"
    cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
    cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
    local file
    for file in /etc/pip.conf /usr/etc/npmrc; do
        if [ -e "$file" ]; then install -D -m 644 "$file" "$1$file"; fi
    done
    if [ -e "$HOME/.npmrc" ]; then install -m 644 "$HOME/.npmrc" "$1/etc/skel/.npmrc"; fi
}

make_root() { # a fresh root $1 with the user alice and the checkout in the folder $2 of user $3
    rm -rf --one-file-system "$1"
    cp -a --reflink=auto "$base" "$1"
    rm -rf "$1"/var/lib/apt/lists/*  # as in a container image
    carry_registry_settings "$1"
    chroot "$1" useradd --create-home --shell /bin/bash alice
    if [ -e "$1/etc/skel/.npmrc" ]; then cp "$1/etc/skel/.npmrc" "$1/root/"; fi
    mkdir -p "$1$2"
    git -C "$checkout" ls-files -z --cached --others --exclude-standard \
        --exclude=.venv --exclude=.riskmap --exclude=node_modules --exclude=__pycache__ |
        (cd "$checkout" && xargs -0 -I{} sh -c '[ -e "$1" ] && printf "%s\0" "$1"' _ {}) |
        tar -C "$checkout" --null --files-from=- -c | tar -C "$1$2" -x
    chroot "$1" chown -R "$3:$3" "$2"
}

enter() { # the root $1 as user $2, to run the script $3 in the folder $4
    local home=/root
    [ "$2" = root ] || home=/home/$2
    unshare --mount --pid --fork bash -euc '
        mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"
        exec env -u PIP_FIND_LINKS -u VIRTUAL_ENV -u PYTHONPATH HOME="$5" USER="$2" LOGNAME="$2" \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PORT="$6" \
            chroot --userspec="$2:$2" "$1" bash -uc "cd $4; $3"
    ' _ "$1" "$2" "$3" "$4" "$home" "$port"
}

# Each prints the seconds of a first and a second start, and that what was started has ended.
cluster_script='
    for turn in first second; do
        since=$(date +%s.%N)
        coproc running { python3 -m app.cluster run "$PWD/.riskmap"; }
        read -r url <&"${running[0]}" || exit 1
        echo "$turn start: $(echo "$(date +%s.%N) $since" | awk "{print \$1-\$2}") s, $url"
        eval "exec ${running[1]}>&-"
        wait "$running_PID"
    done'
demo_script='
    for turn in first second; do
        since=$(date +%s.%N)
        ./riskmap demo --port "$PORT" & started=$!
        until python3 -c "import urllib.request as u; u.urlopen(\"http://127.0.0.1:$PORT/readyz\", timeout=5)" 2>/dev/null; do
            kill -0 $started || exit 1
            sleep 0.1
        done
        echo "$turn start: $(echo "$(date +%s.%N) $since" | awk "{print \$1-\$2}") s"
        kill -INT $started; wait $started || true
    done'
test_script='./.ci/run'
after_script='
    echo "left running: $(ls /proc/*/exe -l 2>/dev/null | grep -c postgres || true)"
    du -sm .riskmap/* /var/lib/riskmap/*/* app/web/node_modules 2>/dev/null || true'

prove() { # as user $1 with the checkout in $2
    local root=$folder/$suite-$1 script=${proof}_script
    make_root "$root" "$2" "$1"
    local before after
    before=$(du -sm "$root" | cut -f1)
    echo "== $suite as $1 in $2: ${proof}"
    enter "$root" "$1" "${!script}; $after_script" "$2"
    after=$(du -sm "$root" | cut -f1)
    echo "disk: $((after - before)) MB more than before"
}

make_base
if [ "$who" != plain ]; then prove root /opt/riskmap; fi
if [ "$who" != root ]; then prove alice /home/alice/riskmap; fi
