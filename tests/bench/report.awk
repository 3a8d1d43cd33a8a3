# report.awk RAW RATIOS: rounds of (round, metric, value, unit) to Markdown. Medians with the
# smallest and the largest round; latencies stand beside their rate.
BEGIN { FS = "\t" }

function short(v) {
  return v >= 1e6 ? sprintf("%.2fM", v / 1e6) : v >= 1e4 ? sprintf("%.1fk", v / 1e3) : sprintf("%.3g", v)
}

# Sets median, least and most of a list of numbers.
function weigh(list,   a, n, i, k, t) {
  n = split(list, a, " ")
  for (i = 2; i <= n; i++) {
    t = a[i] + 0
    for (k = i - 1; k > 0 && a[k] + 0 > t; k--) a[k + 1] = a[k]
    a[k + 1] = t
  }
  least = a[1] + 0
  most = a[n] + 0
  median = n % 2 ? a[(n + 1) / 2] + 0 : (a[n / 2] + a[n / 2 + 1]) / 2
}

function latency(metric) {
  if (!(metric in values)) return ""
  weigh(values[metric])
  return short(median)
}

NR == FNR {
  if (NF != 4) next
  if (!($2 in values)) { order[++count] = $2; unit[$2] = $4 }
  values[$2] = values[$2] " " $3
  at[$1, $2] = $3
  if ($1 + 0 > rounds) rounds = $1 + 0
  next
}

/^#/ || NF != 3 { next }

{ label[++ratios] = $1; above[ratios] = $2; below[ratios] = $3 }

END {
  print "| figure | median | least - most | unit | p50 us | p99 us |\n|---|--:|--:|---|--:|--:|"
  for (i = 1; i <= count; i++) {
    metric = order[i]
    if (metric ~ /\.p99$/) continue
    base = metric
    sub(/\.p50$/, "", base)
    if (base != metric) {
      if (base in values) continue
      printf "| %s | | | | %s | %s |\n", base, latency(metric), latency(base ".p99")
      continue
    }
    weigh(values[metric])
    printf "| %s | %s | %s - %s | %s | ", metric, short(median), short(least), short(most), unit[metric]
    printf "%s | %s |\n", latency(metric ".p50"), latency(metric ".p99")
  }
  print "\n| ratio, inside a round | median | least - most |\n|---|--:|--:|"
  for (i = 1; i <= ratios; i++) {
    list = ""
    for (r = 1; r <= rounds; r++)
      if (((r, above[i]) in at) && ((r, below[i]) in at) && at[r, below[i]] > 0)
        list = list " " at[r, above[i]] / at[r, below[i]]
    if (list == "") continue
    weigh(list)
    printf "| %s | %.2f | %.2f - %.2f |\n", label[i], median, least, most
  }
}
