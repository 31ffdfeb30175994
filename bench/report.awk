# Makes the table of bench/run from its results, tab-separated lines:
#   case          NAME TITLE TARGETS BASELINE
#   instructions  NAME VARIANT VALUE
#   time          NAME VARIANT ROUND MICROSECONDS
#   two           SERVER CLIENTS ROUND TRANSACTIONS-A-SECOND
BEGIN {
	FS = "\t"
}

$1 == "case" {
	order[++cases] = $2
	title[$2] = $3
	targets[$2] = $4
	baseline[$2] = $5
}

$1 == "instructions" {
	instructions[$2, $3] = $4
}

$1 == "time" {
	time[$2, $3, $4] = $5
	if ($4 > rounds)
		rounds = $4
}

$1 == "two" {
	two[$2, $3, $4] = $5
	if ($4 > two_rounds)
		two_rounds = $4
}

# Writes a number with a comma before each three digits.
function grouped(number, text)
{
	text = sprintf("%.0f", number)
	while (match(text, /[0-9][0-9][0-9][0-9]+/))
		sub(/[0-9][0-9][0-9]($|,)/, ",&", text)
	return text
}

# Returns the median of values[1..count], which it sorts.
function median(values, count, i, j, value)
{
	for (i = 2; i <= count; i++) {
		value = values[i]
		for (j = i - 1; j > 0 && values[j] > value; j--)
			values[j + 1] = values[j]
		values[j + 1] = value
	}
	return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
}

# Returns the instructions of a case, less those of its baseline.
function net(name, variant, base, all)
{
	base = baseline[name]
	all = instructions[name, variant]
	if (base == "")
		return all
	if (name ~ /^many_/)
		base = "many_" base
	sub(/-role$/, "", variant)
	return all - instructions[base, variant]
}

# Returns the median time of a case, "-" if it was not timed.
function time_of(name, variant, i, values)
{
	if (!((name, variant, 1) in time))
		return "-"
	for (i = 1; i <= rounds; i++)
		values[i] = time[name, variant, i]
	return sprintf("%.1f", median(values, rounds))
}

# Returns the median ratio of runs of two variants that took turns, "-" if there are none.
function time_ratio(name, variant, than, i, values)
{
	if (!((name, variant, 1) in time))
		return "-"
	for (i = 1; i <= rounds; i++)
		values[i] = time[name, variant, i] / time[name, than, i]
	return sprintf("%.2f", median(values, rounds))
}

# Prints one line: a case, compared in two variants.
function line(name, label, than, variant, target, ratio, verdict)
{
	ratio = net(name, variant) / net(name, than)
	verdict = target == "-" ? "" : ratio <= target ? "met" : "NOT MET"
	printf "%-40s %-4s %10s %10s  %6.4f  %6s  %-8s %8s %8s %6s\n", title[name], label,
		grouped(net(name, than)), grouped(net(name, variant)), ratio, target, verdict,
		time_of(name, than), time_of(name, variant), time_ratio(name, variant, than)
}

# Prints how many times as much two sessions of different tenants do as one.
function scaling(server, i, one, both, ratios)
{
	for (i = 1; i <= two_rounds; i++) {
		one[i] = two[server, 1, i]
		both[i] = two[server, 2, i]
		ratios[i] = both[i] / one[i]
	}
	printf "%-6s %10s %10s  %5.2f\n", server, grouped(median(one, two_rounds)), grouped(median(both, two_rounds)), median(ratios, two_rounds)
}

# Prints the heads of the columns.
function heads(first, second)
{
	printf "\n%-40s %-4s %31s %-15s  %24s\n", "", "", "instructions a statement", "", "us a transaction (noisy)"
	printf "%-40s %-4s %10s %10s  %6s  %6s  %-8s %8s %8s %6s\n", "case", "cnt", first, second, "ratio", "target", "verdict",
		first, second, "ratio"
}

END {
	for (i = 1; i <= cases; i++)
		if (order[i] ~ /^pgss_/)
			line(order[i], "", "plain", "pgss", targets[order[i]])
		else if (order[i] ~ /^role_/)
			line(order[i], "on", "plain-role", "few-on", targets[order[i]])
		else if (order[i] ~ /^rls_/)
			line(order[i], "kept", "plain-rls", "few-kept", targets[order[i]])
		else if (order[i] ~ /ticket$/)
			line(order[i], "on", "plain", "few-on", targets[order[i]])
		else if (order[i] == "prepared_any") {
			line(order[i], "on", "plain", "few-on", "-")
			line(order[i], "kept", "plain", "few-kept", targets[order[i]])
		} else if (order[i] !~ /^many_/) {
			if (!plain++)
				heads("plain", "bound")
			split(targets[order[i]], target, " ")
			line(order[i], "off", "plain", "few-off", target[1])
			line(order[i], "on", "plain", "few-on", target[2])
		}
	for (i = 1; i <= cases; i++)
		if (order[i] ~ /^many_/) {
			if (!many++)
				heads("10 tenants", "10,000")
			line(order[i], "on", "few-on", "many-on", targets[order[i]])
		}
	for (i = 1; i <= cases; i++) {
		name = order[i]
		if (("pgss_" name, "pgss") in instructions)
			printf "\n%s: counters and histograms add %s instructions, all of tenancy %s, pg_stat_statements %s", title[name],
				grouped(net(name, "few-on") - net(name, "few-off")), grouped(net(name, "few-on") - net(name, "plain")),
				grouped(net("pgss_" name, "pgss") - net("pgss_" name, "plain"))
	}
	if (two_rounds) {
		print "\n\ntransactions a second of one session, of two sessions of different tenants, and the ratio (noisy)"
		scaling("plain")
		scaling("few")
	}
	print "\ncnt: whether tenancy.track_statements is on; kept: so is tenancy.max_tenant_plans"
}
