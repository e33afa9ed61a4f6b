#!/volume-helper/busybox sh
exec /volume-helper/busybox rm -rf "$$VOL_DIR"
