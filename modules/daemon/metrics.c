/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counters of the whole process, and what /proc says of it. */

#include "metrics.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "program.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static struct {
	struct counter lookups[METRICS_VERDICT_MAX];
	struct counter took[16]; /* by `bounds` */
	struct counter took_ms;
	atomic_int anchor; /* enum dance_anchor */
	atomic_bool in_force;
	struct counter in_force_since; /* seconds since 1970 */
} all;

/* --- lookups ----------------------------------------------------------------------------- */

static const struct {
	unsigned milliseconds;
	const char *text;
} bounds[] = {
	{ 5, "0.005" },
	{ 10, "0.01" },
	{ 25, "0.025" },
	{ 50, "0.05" },
	{ 100, "0.1" },
	{ 250, "0.25" },
	{ 500, "0.5" },
	{ 1000, "1.0" },
	{ 2500, "2.5" },
	{ 5000, "5.0" },
	{ 10000, "10.0" },
	{ UINT32_MAX, "+Inf" },
};

_Static_assert(COUNT(bounds) <= COUNT(all.took), "each has its counter");

void metrics_count_verdict(struct counter *verdicts, enum dance_verdict verdict)
{
	if (verdicts != NULL && (unsigned)verdict < METRICS_VERDICT_MAX) {
		counter_add(&verdicts[verdict], 1);
	}
}

void metrics_looked_up(void *arg, enum dance_verdict verdict, unsigned milliseconds)
{
	(void)arg;
	size_t i = 0;
	while (milliseconds > bounds[i].milliseconds) {
		i++;
	}
	metrics_count_verdict(all.lookups, verdict);
	counter_add(&all.took[i], 1);
	counter_add(&all.took_ms, milliseconds);
}

void metrics_anchored(void *arg, enum dance_anchor anchor)
{
	(void)arg;
	atomic_store(&all.anchor, (int)anchor);
}

void metrics_configured(bool in_force)
{
	atomic_store(&all.in_force, in_force);
	if (in_force) {
		counter_set(&all.in_force_since, (uint64_t)time(NULL));
	}
}

/* --- writing ----------------------------------------------------------------------------- */

void metrics_write_verdicts(struct openmetrics *out, struct openmetrics_label *labels,
	size_t count, struct counter *verdicts)
{
	for (unsigned i = DANCE_ALLOW; i < dance_verdict_count() && i < METRICS_VERDICT_MAX;
		i++) {
		labels[count] = (struct openmetrics_label){ "verdict",
			dance_verdict_name((enum dance_verdict)i) };
		openmetrics_count(out, labels, counter_read(&verdicts[i]));
	}
}

const char *metrics_class_name(enum dance_class class)
{
	switch (class) {
	case DANCE_CLASS_ALLOW:
		return "allow";
	case DANCE_CLASS_DENY:
		return "deny";
	case DANCE_CLASS_FAIL:
		break;
	}
	return "fail";
}

static void write_lookups(struct openmetrics *out)
{
	static const enum dance_verdict results[] = { DANCE_ALLOW, DANCE_DENY_NO_TLSA,
		DANCE_DENY_INSECURE, DANCE_FAIL_BOGUS, DANCE_FAIL_LOOKUP,
		DANCE_FAIL_TIMEOUT, DANCE_FAIL_NOT_READY };
	openmetrics_family(out, "dance_lookups", OPENMETRICS_COUNTER, NULL,
		"Lookups of TLSA records that have ended.");
	for (size_t i = 0; i < COUNT(results); i++) {
		const struct openmetrics_label labels[] = {
			{ "result",
				results[i] == DANCE_ALLOW ? "secure" :
							    dance_verdict_name(results[i]) },
			{ 0 },
		};
		openmetrics_count(out, labels, counter_read(&all.lookups[results[i]]));
	}
	const char *texts[COUNT(bounds)];
	uint64_t counts[COUNT(bounds)];
	for (size_t i = 0; i < COUNT(bounds); i++) {
		texts[i] = bounds[i].text;
		counts[i] = counter_read(&all.took[i]);
	}
	openmetrics_family(out, "dance_lookup_seconds", OPENMETRICS_HISTOGRAM, "seconds",
		"How long these lookups took.");
	openmetrics_histogram(out, texts, counts, COUNT(bounds),
		counter_read(&all.took_ms));
}

/* Keys that the root is about to replace can be used as well as any. */
static void write_anchor(struct openmetrics *out)
{
	static const char *const states[] = { [DANCE_ANCHOR_MISSING] = "missing",
		[DANCE_ANCHOR_OUTDATED] = "outdated",
		[DANCE_ANCHOR_CURRENT] = "current" };
	int anchor = atomic_load(&all.anchor);
	bool is_aging = anchor == DANCE_ANCHOR_AGING;
	openmetrics_family(out, "dance_trust_anchor_state", OPENMETRICS_GAUGE, NULL,
		"Whether the trust anchor can be used.");
	for (size_t i = 0; i < COUNT(states); i++) {
		const struct openmetrics_label labels[] = { { "state", states[i] }, { 0 } };
		openmetrics_gauge(out, labels,
			(is_aging ? DANCE_ANCHOR_CURRENT : anchor) == (int)i);
	}
	openmetrics_family(out, "dance_trust_anchor_aging", OPENMETRICS_GAUGE, NULL,
		"Whether the root replaces a key that the trust anchor has.");
	openmetrics_gauge(out, NULL, is_aging);
}

static void write_configuration(struct openmetrics *out)
{
	openmetrics_family(out, "dance_config_last_reload_success", OPENMETRICS_GAUGE, NULL,
		"Whether the configuration that was read last is in force.");
	openmetrics_gauge(out, NULL, atomic_load(&all.in_force));
	openmetrics_family(out, "dance_config_last_reload_success_timestamp_seconds",
		OPENMETRICS_GAUGE, "seconds", "When the configuration in force was read.");
	openmetrics_gauge(out, NULL, (int64_t)counter_read(&all.in_force_since));
}

/* A field of /proc/self/FILE, which has only blanks between; of `stat`, fields are counted from the
 * end of the program's name on. 0: not known. */
static uint64_t read_field(const char *path, unsigned number)
{
	char text[1024], *at = text, *end = NULL;
	FILE *file = fopen(path, "re");
	size_t size = file != NULL ? fread(text, 1, sizeof(text) - 1, file) : 0;
	if (file != NULL) {
		fclose(file);
	}
	text[size] = '\0';
	char *name_end = strrchr(text, ')');
	at = name_end != NULL ? name_end + 1 : text;
	for (unsigned i = 0; i < number; i++) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	uint64_t value = strtoull(at, &end, 10);
	return end != at ? value : 0;
}

static int64_t count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int64_t count = 0;
	if (folder == NULL) {
		return 0;
	}
	while (readdir(folder) != NULL) {
		count++;
	}
	closedir(folder);
	return count - 3; /* ".", ".." and the folder itself */
}

/* As Prometheus' own libraries name them. */
static void write_process(struct openmetrics *out)
{
	struct rusage used = { 0 };
	struct rlimit files = { 0 };
	(void)getrusage(RUSAGE_SELF, &used);
	(void)getrlimit(RLIMIT_NOFILE, &files);
	struct timespec now, up;
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	uint64_t started = read_field("/proc/self/stat", 19);

	openmetrics_family(out, "process_cpu_seconds", OPENMETRICS_COUNTER, "seconds",
		"Processor time that was used.");
	openmetrics_thousandths(out, NULL,
		(uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
			(uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000);
	openmetrics_family(out, "process_resident_memory_bytes", OPENMETRICS_GAUGE, "bytes",
		"Memory that is in use.");
	openmetrics_gauge(out, NULL,
		(int64_t)read_field("/proc/self/statm", 1) * sysconf(_SC_PAGESIZE));
	openmetrics_family(out, "process_open_fds", OPENMETRICS_GAUGE, NULL,
		"File descriptors that are open.");
	openmetrics_gauge(out, NULL, count_descriptors());
	openmetrics_family(out, "process_max_fds", OPENMETRICS_GAUGE, NULL,
		"File descriptors that may be open.");
	openmetrics_gauge(out, NULL, (int64_t)files.rlim_cur);
	openmetrics_family(out, "process_start_time_seconds", OPENMETRICS_GAUGE, "seconds",
		"When the process started.");
	openmetrics_gauge(out, NULL,
		now.tv_sec - up.tv_sec + (int64_t)started / sysconf(_SC_CLK_TCK));
}

void metrics_write_daemon(struct openmetrics *out, const char *library, const char *version)
{
	const struct openmetrics_label build[] = {
		{ "program", program_name },
		{ "version", DANCE_VERSION },
		{ library, version },
		{ 0 },
	};
	openmetrics_family(out, "dance_build", OPENMETRICS_INFO, NULL,
		"What was built, and what it runs with.");
	openmetrics_gauge(out, build, 1);
	write_lookups(out);
	write_anchor(out);
	write_configuration(out);
	write_process(out);
}

/* --- records ----------------------------------------------------------------------------- */

static const char *const states[] = { "secure", "absent", "insecure", "unusable", "bogus",
	"lookup" };

static const char *state_of(enum dance_verdict verdict)
{
	static const struct {
		enum dance_verdict verdict;
		const char *state;
	} known[] = {
		{ DANCE_ALLOW, "secure" },
		{ DANCE_DENY_NO_TLSA, "absent" },
		{ DANCE_DENY_INSECURE, "insecure" },
		{ DANCE_DENY_UNUSABLE, "unusable" },
		{ DANCE_FAIL_BOGUS, "bogus" },
	};
	for (size_t i = 0; i < COUNT(known); i++) {
		if (known[i].verdict == verdict) {
			return known[i].state;
		}
	}
	return "lookup";
}

/* What a family is made of. */
struct page {
	struct openmetrics *out;
	const struct metrics_roster *of;
};

static void write_value(const struct page *page, const struct dance_standing *standing,
	const char *state, int64_t value)
{
	const struct openmetrics_label labels[] = {
		{ page->of->kind, page->of->id },
		{ "name", standing->name },
		{ "state", state },
		{ 0 },
	};
	openmetrics_gauge(page->out, labels, value);
}

static void write_state(const struct dance_standing *standing, void *arg)
{
	const char *is = state_of(standing->verdict);
	for (size_t i = 0; i < COUNT(states); i++) {
		write_value(arg, standing, states[i], strcmp(is, states[i]) == 0);
	}
}

static void write_usable(const struct dance_standing *standing, void *arg)
{
	write_value(arg, standing, NULL, (int64_t)standing->usable);
}

/* A moment that is not known, or does not come, has no sample. */
static void write_moment(struct page *page, const struct dance_standing *standing,
	int64_t moment)
{
	if (moment != 0) {
		write_value(page, standing, NULL, moment);
	}
}

static void write_expiry(const struct dance_standing *standing, void *arg)
{
	write_moment(arg, standing, standing->expires);
}

static void write_signatures(const struct dance_standing *standing, void *arg)
{
	write_moment(arg, standing, standing->signatures_end);
}

static void write_failing(const struct dance_standing *standing, void *arg)
{
	write_moment(arg, standing, standing->failing_since);
}

void metrics_write_records(struct openmetrics *out, const struct metrics_roster *rosters,
	size_t count)
{
	static const struct {
		const char *name, *unit, *help;
		void (*visit)(const struct dance_standing *standing, void *arg);
	} families[] = {
		{ "dance_records_state", NULL,
			"What DNS says of the TLSA records of each listed name.",
			write_state },
		{ "dance_records_usable", NULL, "Validated records that can be used.",
			write_usable },
		{ "dance_records_expire_timestamp_seconds", "seconds",
			"Until when what DNS has said is used.", write_expiry },
		{ "dance_records_signatures_end_timestamp_seconds", "seconds",
			"When the first signature over the records ends.",
			write_signatures },
		{ "dance_records_failing_since_timestamp_seconds", "seconds",
			"Since when lookups have failed.", write_failing },
	};
	for (size_t i = 0; i < COUNT(families); i++) {
		openmetrics_family(out, families[i].name, OPENMETRICS_GAUGE,
			families[i].unit, families[i].help);
		for (size_t j = 0; j < count; j++) {
			struct page page = { out, &rosters[j] };
			if (rosters[j].roster != NULL) {
				dance_roster_standings(rosters[j].roster, families[i].visit,
					&page);
			}
		}
	}
}
