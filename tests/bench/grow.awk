# grow.awk RAW: what a log of each size takes, and what follows for 2,477 communes.
BEGIN { FS = "\t"; communes = 2477; city = 500000 }

{ split($1, key, "."); size = key[1]; name = substr($1, length(size) + 2); value[size, name] = $2 }
!(size in seen) { seen[size] = 1; sizes[++count] = size }

END {
  print "| events | start s | memory MiB | disk MiB | append/s (8 writers) | / ceiling | streams/s (8 clients) | replay records/s |"
  print "|--:|--:|--:|--:|--:|--:|--:|--:|"
  for (i = 1; i <= count; i++) {
    s = sizes[i]
    printf "| %d | %.2f | %.0f | %.0f | %.0f | %.2f | %.0f | %.0f |\n", s, value[s, "start"], value[s, "memory"], \
      value[s, "disk"], value[s, "append"], value[s, "append"] / value[s, "ceiling"], value[s, "stream"], value[s, "replay"]
  }
  if (count < 2) exit
  low = sizes[1]; high = sizes[count]
  more = high - low
  memory = (value[high, "memory"] - value[low, "memory"]) / more # MiB an event
  disk = (value[high, "disk"] - value[low, "disk"]) / more
  scan = (value[high, "start"] - value[low, "start"]) / more
  all = communes * city
  printf "\nEach event more: %.0f bytes of memory, %.0f bytes of disk, %.2f us at the start.\n", memory * 1048576, disk * 1048576, scan * 1e6
  printf "%d communes, each with as many events as a city of 1,200 households in ten years (%d):\n", communes, city
  printf "- one log for all, %.2f G events: %.0f GiB of memory, %.0f GiB of disk, %.0f minutes to start;\n", all / 1e9, \
    memory * all / 1024, disk * all / 1024, scan * all / 60
  printf "- a log for each: %.0f MiB of memory, %.0f MiB of disk and %.2f s to start, each.\n", \
    value[low, "memory"] + memory * (city - low), value[low, "disk"] + disk * (city - low), value[low, "start"] + scan * (city - low)
}
