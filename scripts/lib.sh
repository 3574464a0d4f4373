# shellcheck shell=bash
# What the scripts of this folder share. Sourced, never run.
set -euo pipefail

STATE=${XDG_STATE_HOME:-$HOME/.local/state}/miaas
# shellcheck disable=SC2034  # read by the scripts that source this file
REGISTRY=${MIAAS_TEST_REGISTRY:-127.0.0.1:5555/library}

say() { printf '%s: %s\n' "${0##*/}" "$*"; }
die() { printf '%s: error: %s\n' "${0##*/}" "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
can_apt() { [[ $(id -u) == 0 ]] && have apt-get; }

# apt ARG…: apt-get, quiet, retried once after refreshing the package lists (a fresh machine has none).
apt() {
  local log=$STATE/apt.log
  DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >>"$log" 2>&1 && return
  apt-get -qq update >>"$log" 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >>"$log" 2>&1 && return
  tail -n 5 "$log" >&2
  return 1
}

# apt_need PACKAGE…: installs those of the Debian packages that are missing.
apt_need() {
  local missing=() package
  for package; do
    [[ $(dpkg-query -Wf '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  can_apt || { say "missing packages; as root: apt-get install ${missing[*]}" >&2; return 1; }
  say "installing ${missing[*]}"
  apt install -y --no-install-recommends "${missing[@]}"
}

# no_services COMMAND…: runs it while Debian's packages may start no service (policy-rc.d is what they ask).
no_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  [[ ! -e $policy && -w ${policy%/*} ]] || { "$@"; return; }
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
  "$@" || status=$?
  rm -f $policy
  return "$status"
}

# unpacked PACKAGE FILE: where FILE of the package is: installed, else unpacked below the state folder.
unpacked() {
  [[ ! -e /$2 ]] || { echo "/$2"; return; }
  local into=$STATE/packages
  if [[ ! -e $into/$2 ]]; then
    mkdir -p "$into/deb"
    (cd "$into/deb" && apt download "$1" && dpkg-deb -x "$1"_*.deb "$into") || die "cannot fetch Debian's $1"
  fi
  echo "$into/$2"
}

# pid_of NAME: the process id of a service that these scripts started, if it is that program and still lives.
pid_of() {
  local pid
  pid=$(cat "$STATE/$1.pid" 2>/dev/null) && [[ $(cat "/proc/$pid/comm" 2>/dev/null) == "${1:0:15}" ]] && echo "$pid"
}

# start_service NAME COMMAND…: runs it in the background, detached from this terminal, with a log and a pid file.
start_service() {
  local name=$1
  shift
  setsid "$@" >>"$STATE/$name.log" 2>&1 </dev/null &
  echo $! >"$STATE/$name.pid"
  disown
  sleep 0.2 # until setsid has become the program: pid_of looks at its name
}

# wait_for SECONDS COMMAND…: until the command succeeds.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.2
  done
}

mkdir -p "$STATE"
