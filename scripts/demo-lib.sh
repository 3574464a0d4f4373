# shellcheck shell=bash
# What demo and demo-down share. Sourced after lib.sh.
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$scripts/.." || exit
demo=$PWD/.miaas/demo

address() { cat "$demo/address"; }
# miaas ARG…: the demo's own command against the demo's own server, whatever the environment points at.
miaas() { env -u MIAAS_SERVER -u MIAAS_API_KEY -u MIAAS_API_KEY_FILE "$demo/miaas" --state-dir "$demo" "$@"; }

# server_pid: the process id of the demo's server, while it lives.
server_pid() {
  local pid
  pid=$(cat "$demo/server.pid" 2>/dev/null) || return 0
  [[ $(readlink "/proc/$pid/exe") != "$demo/miaas" ]] || echo "$pid"
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
ready() { miaas node ls >/dev/null 2>&1; }
ready_or_dead() { ready || [[ -z $(server_pid) ]]; }

# start_server: runs `miaas dev` in a session of its own, so that Ctrl-C reaches only the script, which takes down in order.
start_server() {
  local port=7070
  ! listens $port || port=0
  rm -f "$demo/address"
  setsid "$demo/miaas" dev --state-dir "$demo" --listen "127.0.0.1:$port" --executor "$(cat "$demo/executor")" \
    >>"$demo/server.log" 2>&1 </dev/null &
  echo $! >"$demo/server.pid"
  disown
  sleep 0.2
  wait_for 60 ready_or_dead || true
  ready || { tail -n 20 "$demo/server.log" >&2; die "the server does not come up (log: $demo/server.log)"; }
  say "server and agent run at $(address) (log: $demo/server.log)"
}
