#!/bin/sh
# The first start of the server: packages of Ubuntu, the settings, and the release from the bucket. Lightsail runs it once, as root; a second
# time it changes nothing. It has no secrets: docs/staff-runbook.md says how they come onto the server. STAFF_ROOT is a folder, for tests.
set -e
root="$STAFF_ROOT"
etc="$root/etc/staff-integration"

export DEBIAN_FRONTEND=noninteractive
apt-get -qq -o DPkg::Lock::Timeout=600 update
apt-get -qq -o DPkg::Lock::Timeout=600 install -y --no-install-recommends \
    awscli ca-certificates curl nginx openssl prometheus prometheus-alertmanager python3.11 python3.11-venv

mkdir -p "$etc" "$root/usr/local/sbin" "$root/etc/systemd/system" "$root/opt/staff-integration"
cat >"$etc/settings.env" <<'SETTINGS'
STAFF_VOICEDRIVE_URL=${voicedrive_url}
STAFF_MEDICAL_URL=${medical_url}
STAFF_BACKUP_STORE=s3://staff-${environment}-files-${account}/backups
STAFF_BACKUP_REGION=${region}
SETTINGS
cat >"$etc/bucket.env" <<'BUCKET'
BUCKET=staff-${environment}-files-${account}
AWS_DEFAULT_REGION=${region}
BUCKET

# staff-fetch RELEASE: gets a release from the bucket, unless it is there; a file with another SHA-256 is thrown away.
cat >"$root/usr/local/sbin/staff-fetch" <<'FETCH'
#!/bin/sh
set -e
root="$STAFF_ROOT"
release="$1"
folder="$root/opt/staff-integration/releases/$release"
if [ ! -e "$folder/install" ]; then
    set -a
    . "$root/etc/staff-integration/bucket.env"
    set +a
    mkdir -p "$root/opt/staff-integration/releases"
    new=$(mktemp -d "$root/opt/staff-integration/releases/new.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    chmod 0755 "$new"
    aws s3 cp --only-show-errors "s3://$BUCKET/releases/$release.tar" "$new/release.tar"
    if ! echo "$release  $new/release.tar" | sha256sum --check --status; then
        echo "staff-fetch: releases/$release.tar in $BUCKET has another SHA-256: it is not used" >&2
        exit 1
    fi
    tar --extract --file "$new/release.tar" --directory "$new" --no-same-owner
    rm "$new/release.tar"
    rm -rf "$folder"
    mv "$new" "$folder"
    trap - EXIT
fi
exec "$folder/install"
FETCH
chmod 0755 "$root/usr/local/sbin/staff-fetch"

# The bucket may have the release only later: this tries until it has.
cat >"$root/etc/systemd/system/staff-first-release.service" <<'UNIT'
[Unit]
Description=First release of the staff integration, from the bucket
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0
# Later on, staff-release says which release it is.
ConditionPathExists=!/opt/staff-integration/serving

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/staff-fetch ${release}
RemainAfterExit=yes
Restart=on-failure
RestartSec=60

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable staff-first-release.service
systemctl start --no-block staff-first-release.service
