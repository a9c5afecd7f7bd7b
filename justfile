# The commands of the reference stack by their names; each is a line for ops/gateway, which does the work.
# `just --list` shows them, `ops/gateway --help` the rest.

set positional-arguments

gateway := justfile_directory() / "ops/gateway"

# Lists the recipes
default:
    @just --list --unsorted

# Write compose/.env and the secrets: asks for what is missing
setup *args:
    @"{{gateway}}" setup "$@"

# Make the secrets that are still missing; those that are there stay
generate-all-secrets *args:
    @"{{gateway}}" setup "$@"

# Start everything and wait until it is ready
up *args:
    @"{{gateway}}" up "$@"

# Stop everything; what is stored stays
down *args:
    @"{{gateway}}" down "$@"

# The containers, and whether they are ready
status:
    @"{{gateway}}" status

# What a service logs: just logs traefik | grep error
logs *args:
    @"{{gateway}}" logs "$@"

# The same, and what comes
logs-follow *args:
    @"{{gateway}}" logs --follow "$@"

# Run a command in a container: just exec redis redis-cli ping
exec service *command:
    @"{{gateway}}" exec "$@"

# Is everything up? Exit code 0 if so
check-health:
    @"{{gateway}}" check-health

# The same
health-quick:
    @"{{gateway}}" check-health

# The same, with the containers
check-services:
    @"{{gateway}}" status

# Certificates: hosts, issuers, expiry
check-ssl:
    @"{{gateway}}" certs

# The newest security events
analyze-oauth-logs *count:
    @"{{gateway}}" audit "$@"

# Back up everything, once more than the reference stack did: certificates and settings too
oauth-backup *args:
    @"{{gateway}}" backup "$@"

# What is in a backup, without its secrets
oauth-backup-view-file backup:
    @"{{gateway}}" inspect "$@"

# Bring a backup back; refuses a store that is not empty
oauth-restore *args:
    @"{{gateway}}" restore "$@"

# The same by its name in the reference stack
oauth-restore-file backup:
    @"{{gateway}}" restore "$@"

# Forget first what is there
oauth-restore-clear backup:
    @"{{gateway}}" restore --replace "$@"

# Only say what a restore would do
oauth-restore-dry backup:
    @"{{gateway}}" restore --dry-run "$@"

# Registered clients
oauth-list-registrations:
    @"{{gateway}}" clients

# Live connections, each with its tokens
oauth-list-tokens:
    @"{{gateway}}" grants

# How many clients, users and connections there are
oauth-stats:
    @"{{gateway}}" stats

# The numbers, the clients and their connections
oauth-show-all:
    @"{{gateway}}" stats
    @"{{gateway}}" clients
    @"{{gateway}}" grants

# End every connection of a client, and forget it
oauth-delete-registration client:
    @"{{gateway}}" delete-client "$@"

# The same: a registration never goes without its connections
oauth-delete-client-complete client:
    @"{{gateway}}" delete-client "$@"

# End every connection of a client, which stays registered
revoke_client_tokens client:
    @"{{gateway}}" revoke-client "$@"

# End the connection of a token, given by its id (jti)
oauth-delete-token jti:
    @printf '%s' "$1" | "{{gateway}}" revoke-token

# Nothing to do: the store removes by itself what has expired
oauth-purge-expired:
    @"{{gateway}}" purge-expired

# The same
oauth-purge-expired-dry:
    @"{{gateway}}" purge-expired --dry-run

alias u := up
alias d := down
