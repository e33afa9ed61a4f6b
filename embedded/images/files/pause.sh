#!/bin/busybox sh
# The shell is process 1 of the pod's process namespace: it must react to signals itself, and `wait` collects orphans.
trap 'exit 0' INT TERM
while true; do
    busybox sleep 2147483647 &
    wait $!
done
