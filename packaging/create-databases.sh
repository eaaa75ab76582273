#!/bin/bash
# Run by the PostgreSQL image, once, on an empty volume: a role and a database of their own for the sidecar and for Keycloak.
set -euo pipefail
secrets=${SECRETS:-/run/secrets}

for name in sidecar keycloak; do
  # psql reads the password by itself: arguments can be seen by every process.
  psql --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres -v ON_ERROR_STOP=1 -v name="$name" <<SQL
\set password \`cat "$secrets/$name-database-password"\`
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" ENCODING 'UTF8';
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
