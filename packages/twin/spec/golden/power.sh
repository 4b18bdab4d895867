while :; do
  unshare --mount --net --propagation slave sh /var/lib/keybuzz-twin/kb-123456/hosts/redis-01/boot
  # systemd-nspawn ends with 133 when the host rebooted, and with anything else when it is off.
  [ $? = 133 ] || exit 0
done
