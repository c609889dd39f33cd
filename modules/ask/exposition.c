/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Family by family, over all sections. */

#include "exposition.h"

#include <stdlib.h>

#include "connections.h"
#include "metrics.h"
#include "runtime.h"

#define LABELS 5 /* at most, and the one that ends them */

static void write_connections(struct openmetrics *out, const struct runtime *runtime)
{
	openmetrics_family(out, "dance_connections_open", OPENMETRICS_GAUGE, NULL,
		"Connections of hosts that are open.");
	openmetrics_gauge(out, NULL, (int64_t)connections_count());
	openmetrics_family(out, "dance_connections", OPENMETRICS_COUNTER, NULL,
		"Connections, by what became of them.");
	for (size_t i = 0; i < runtime->conf->ask_count; i++) {
		struct ask *ask = &runtime->asks[i];
		struct openmetrics_label labels[LABELS] = { { "ask", ask->conf->id },
			{ "result", "accepted" } };
		openmetrics_count(out, labels,
			counter_read(&ask->counts.section->accepted));
		labels[1].value = "limit";
		openmetrics_count(out, labels,
			counter_read(&ask->counts.section->turned_away));
	}
}

static void write_verdicts(struct openmetrics *out, const struct runtime *runtime)
{
	openmetrics_family(out, "dance_verdicts", OPENMETRICS_COUNTER, NULL,
		"What was decided about clients.");
	for (size_t i = 0; i < runtime->conf->ask_count; i++) {
		struct ask *ask = &runtime->asks[i];
		struct openmetrics_label labels[LABELS] = { { "ask", ask->conf->id } };
		metrics_write_verdicts(out, labels, 1, ask->counts.section->verdicts);
	}
	openmetrics_family(out, "dance_questions_malformed", OPENMETRICS_COUNTER, NULL,
		"Questions that could not be read.");
	for (size_t i = 0; i < runtime->conf->ask_count; i++) {
		struct ask *ask = &runtime->asks[i];
		const struct openmetrics_label labels[] = { { "ask", ask->conf->id },
			{ 0 } };
		openmetrics_count(out, labels,
			counter_read(&ask->counts.section->malformed));
	}
}

/* What never happened is not shown: there may be very many names. */
static void write_questions(struct openmetrics *out, const struct ask *ask,
	const struct counts_name *name)
{
	static const char *const dialects[] = {
		[CONF_POSTFIX] = "postfix", [CONF_SOCKETMAP] = "socketmap", [CONF_LINE] = "line"
	};
	for (unsigned class = 0; class < COUNTS_CLASSES; class ++) {
		uint64_t count = counter_read(&name->counts->questions[class]);
		if (count != 0) {
			const struct openmetrics_label labels[] = { { "ask", ask->conf->id },
				{ "dialect", dialects[ask->conf->dialect] },
				{ "identity", name->name },
				{ "verdict", metrics_class_name((enum dance_class) class) },
				{ 0 } };
			openmetrics_count(out, labels, count);
		}
	}
}

static void write_last_allow(struct openmetrics *out, const struct ask *ask,
	const struct counts_name *name)
{
	uint64_t moment = counter_read(&name->counts->last_allow);
	if (moment != 0) {
		const struct openmetrics_label labels[] = { { "ask", ask->conf->id },
			{ "identity", name->name }, { 0 } };
		openmetrics_gauge(out, labels, (int64_t)moment);
	}
}

static void write_names(struct openmetrics *out, const struct runtime *runtime,
	void (*write)(struct openmetrics *out, const struct ask *ask,
		const struct counts_name *name))
{
	for (size_t i = 0; i < runtime->conf->ask_count; i++) {
		const struct ask *ask = &runtime->asks[i];
		for (size_t j = 0; j < ask->counts.count; j++) {
			write(out, ask, &ask->counts.names[j]);
		}
	}
}

void exposition_write(struct openmetrics *out)
{
	struct runtime *runtime = runtime_current();
	size_t count = runtime->conf->ask_count;
	struct metrics_roster *rosters = calloc(count, sizeof(*rosters));
	if (rosters == NULL) {
		out->failed = true;
		runtime_release(runtime);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		rosters[i] = (struct metrics_roster){ "ask", runtime->asks[i].conf->id,
			runtime->asks[i].roster };
	}
	metrics_write_daemon(out, NULL, NULL);
	write_connections(out, runtime);
	write_verdicts(out, runtime);
	openmetrics_family(out, "dance_questions", OPENMETRICS_COUNTER, NULL,
		"Questions about each listed name, and what was decided.");
	write_names(out, runtime, write_questions);
	openmetrics_family(out, "dance_last_allow_timestamp_seconds", OPENMETRICS_GAUGE,
		"seconds", "When a client was last allowed.");
	write_names(out, runtime, write_last_allow);
	metrics_write_records(out, rosters, count);
	free(rosters);
	runtime_release(runtime);
}
