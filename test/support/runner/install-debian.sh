#!/bin/bash
# usage: install-debian.sh POLICY-FILE PACKAGE…
# Installs Debian packages without letting one of them start a service: while it works, POLICY-FILE (/usr/sbin/policy-rc.d,
# see invoke-rc.d(8)) answers 101, "forbidden by policy". What stood there before is put back, also after a kill.
set -euo pipefail
policy=$1
shift
kept=$policy.before-sidecar-test
mark='# written by a test run of icewarp-sidecar'

put_back() {
  rm -f "$policy"
  if [ -e "$kept" ] || [ -L "$kept" ]; then mv "$kept" "$policy"; fi
}
trap put_back EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -e "$policy" ] && ! grep -qF "$mark" "$policy"; then mv "$policy" "$kept"; fi
printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
options=(-qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2 -o Acquire::http::Timeout=30)
apt-get "${options[@]}" update || echo 'apt-get update failed; trying with the package lists that are there' >&2
apt-get "${options[@]}" install -y --no-install-recommends "$@"
