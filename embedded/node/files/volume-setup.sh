#!/volume-helper/busybox sh
# As a new disk is: root's, so that a pod says which group it needs (fsGroup).
exec /volume-helper/busybox mkdir -p -m 0755 "$$VOL_DIR"
