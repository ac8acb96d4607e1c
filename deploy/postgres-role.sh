#!/bin/sh
# Run once by the postgres image when it makes its cluster: the role and the database of docs/operator/postgresql.md.
set -eu
password=$(cat /run/secrets/postgres-password)
psql --username postgres --set ON_ERROR_STOP=1 --set password="$password" <<'SQL'
CREATE ROLE hongyan LOGIN PASSWORD :'password';
CREATE DATABASE hongyan OWNER hongyan ENCODING 'UTF8' TEMPLATE template0;
SQL
