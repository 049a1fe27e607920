# shellcheck shell=bash
# What the scripts share. Usage: `. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"`, which also moves to the checkout's top.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
export root
tools=$root/.tools
venv=$root/.venv

# say WORDS: one line of progress.
say() { printf '%s: %s\n' "${0##*/}" "$*"; }

# die WORDS: what is wrong and what to do about it. Exits with $exit_code, 2 unless set: the script could not run.
die() {
  printf '%s: error: %s\n' "${0##*/}" "$*" >&2
  exit "${exit_code:-2}"
}

# usage: the comment at the head of the running script.
usage() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "scripts/${0##*/}"; }

# use_environment: find this checkout's commands first, then the unpacked tools, then what the machine has.
use_environment() { export PATH="$venv/bin:$PATH:$tools/bin"; }

# have COMMAND...: every one of them is on the PATH.
have() {
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null || return 1
  done
}

# new_enough PYTHON: it runs, and is 3.11 or newer.
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# find_python: print the path of the first interpreter that is new enough; $PYTHON, where set, is the only candidate.
# Inside an active environment that is the interpreter below it, because .venv itself may be the active one.
find_python() {
  local candidate print_path='import sys; print(sys._base_executable)'
  if [ -n "${PYTHON:-}" ]; then
    new_enough "$PYTHON" || die "PYTHON=$PYTHON is not Python 3.11 or newer"
    "$PYTHON" -c "$print_path"
    return
  fi
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if have "$candidate" && new_enough "$candidate"; then
      "$candidate" -c "$print_path"
      return
    fi
  done
  die "Python 3.11 or newer is needed, and none is on the PATH; on Debian: apt-get install python3 python3-venv"
}

# apt_private ARGUMENTS: apt-get with the machine's package sources and keys, but lists and downloads of its own below
# .tools/apt, so that it needs no root and neither reads nor changes the state of the machine's package manager.
apt_private() {
  local state=$tools/apt
  if [ ! -f "$state/conf" ]; then
    mkdir -p "$state/lists/partial" "$state/archives/partial"
    cat >"$state/conf" <<CONF
Dir::State "$state";
Dir::State::lists "$state/lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$state";
Dir::Cache::archives "$state/archives";
Debug::NoLocking "true";
APT::Sandbox::User "$(id -un)";
Acquire::Retries "5";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
    # A source that the machine cannot reach is no reason to stop: whether the package comes is what counts.
    apt-get -c "$state/conf" update >"$state/log" 2>&1 || true
  fi
  apt-get -c "$state/conf" "$@" >>"$state/log" 2>&1
}

# unpack_debian PACKAGE: download Debian's PACKAGE and unpack it to .tools/PACKAGE; it is there whole or not at all.
unpack_debian() {
  local package=$1 fresh
  [ ! -d "$tools/$package" ] || return 0
  if ! have apt-get dpkg-deb; then
    say "no apt-get and dpkg-deb here to fetch Debian's package '$package' with" >&2
    return 1
  fi
  fresh=$(mktemp -d "$tools/unpack.XXXXXX") || return
  if (cd "$fresh" && apt_private download "$package" && dpkg-deb -x ./*.deb root); then
    mv "$fresh/root" "$tools/$package"
    rm -rf "$fresh"
  else
    tail -n 15 "$tools/apt/log" >&2
    rm -rf "$fresh"
    return 1
  fi
}
