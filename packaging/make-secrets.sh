#!/bin/bash
# usage: make-secrets.sh [FOLDER]
# Makes what docker-compose.yml reads from FOLDER (./secrets): random passwords, a private CA and the certificate of the LDAP service.
# The password of the IceWarp account is read from standard input. What is already there stays: to renew one, remove its file first.
set -euo pipefail
folder=${1:-./secrets}
host=${LDAP_HOST_NAME:-localhost}
umask 077
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

write() { # FILE: from standard input; whoever runs in the containers reads it, the folder keeps everybody else out
  cat >"$1.new"
  chmod 444 "$1.new"
  mv "$1.new" "$1"
  echo "made $folder/$1" >&2
}
random() { openssl rand -hex 24 | tr -d '\n'; }

if [ ! -e icewarp-password ]; then
  if [ -t 0 ]; then read -rsp 'Password of the IceWarp account: ' password && echo >&2; else password=$(cat); fi
  if [ -z "$password" ]; then echo 'make-secrets.sh: no password of the IceWarp account on standard input' >&2; exit 1; fi
  printf %s "$password" | write icewarp-password
fi
for name in postgres-password sidecar-database-password keycloak-database-password keycloak-admin-password keycloak-client-secret; do
  [ -e "$name" ] || random | write "$name"
done
[ -e sidecar-database-url ] ||
  printf 'postgres://sidecar:%s@postgres:5432/sidecar' "$(cat sidecar-database-password)" | write sidecar-database-url

if [ ! -e ldap-ca-key.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 3650 -subj '/CN=IceWarp sidecar CA' \
    -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout ldap-ca-key.pem -out ldap-ca.new 2>/dev/null
  write ldap-ca.pem <ldap-ca.new
  rm ldap-ca.new
  rm -f ldap-cert.pem
fi
if [ ! -e ldap-cert.pem ]; then
  printf 'subjectAltName=DNS:sidecar,DNS:localhost,DNS:%s,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$host" >ldap.ext
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -subj "/CN=$host" -keyout ldap-key.new -out ldap.csr 2>/dev/null
  openssl x509 -req -in ldap.csr -CA ldap-ca.pem -CAkey ldap-ca-key.pem -CAcreateserial -days 825 -sha256 -extfile ldap.ext \
    -out ldap-cert.new 2>/dev/null
  write ldap-key.pem <ldap-key.new
  write ldap-cert.pem <ldap-cert.new
  rm -f ldap-key.new ldap-cert.new ldap.csr ldap.ext ldap-ca.srl
fi
