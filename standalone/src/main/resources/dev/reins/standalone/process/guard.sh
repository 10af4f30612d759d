# Runs a command for as long as standard input stays open, so that it never outlives the process that started it, however
# that one ends. Says the command's pid on standard output; both its outputs go to the log.
#   bash -c guard.sh guard SIGNAL GRACE LOG COMMAND...
# Job control gives the command a process group of its own: Ctrl-C at the terminal reaches the supervisor alone, and the
# whole group can be ended.
set -m
trap : INT TERM HUP
signal=$1 grace=$2 log=$3
shift 3
exec 3<&0 </dev/null
"$@" 3<&- >>"$log" 2>&1 &
child=$!
(
  trap '' INT TERM HUP
  while read -r _ <&3; do :; done
  kill -s "$signal" "$child" 2>/dev/null
  kill -s CONT -- "-$child" 2>/dev/null # one that is stopped could not be asked
  tenths=$((grace * 10))
  while [ $tenths -gt 0 ] && kill -0 -- "-$child" 2>/dev/null; do
    sleep 0.1 3<&-
    tenths=$((tenths - 1))
  done
  kill -s KILL -- "-$child" 2>/dev/null
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
# With job control a wait would return again and again while the command is stopped.
set +m
echo "$child"
exec >/dev/null 2>&1
wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  status=$?
done
kill -s KILL "$watcher" 2>/dev/null
kill -s KILL -- "-$child" 2>/dev/null
exit "$status"
