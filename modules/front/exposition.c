/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Family by family, over all sections. */

#include "exposition.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include "counts.h"
#include "metrics.h"
#include "runtime.h"

#define LABELS 5 /* at most, and the one that ends them */

/* What is written for one section: a front or a client. */
struct section {
	const char *kind; /* the label's name */
	const char *id;
	struct counts *counts;
	const struct front *front; /* NULL: it is a client */
	struct dance_roster *roster;
};

struct page {
	struct openmetrics *out;
	struct section *sections; /* fronts first */
	size_t count;
};

static void begin(const struct section *section, struct openmetrics_label labels[LABELS])
{
	memset(labels, 0, LABELS * sizeof(labels[0]));
	labels[0] = (struct openmetrics_label){ section->kind, section->id };
}

/* One sample of each section. */
static void write_each(const struct page *page, size_t offset)
{
	for (size_t i = 0; i < page->count; i++) {
		struct openmetrics_label labels[LABELS];
		begin(&page->sections[i], labels);
		struct counter *counter = (void *)((char *)page->sections[i].counts +
			offset);
		openmetrics_count(page->out, labels, counter_read(counter));
	}
}

/* Samples of an array, by words of one more label. */
static void write_array(const struct page *page, size_t offset, const char *label,
	const char *const *words, size_t count)
{
	for (size_t i = 0; i < page->count; i++) {
		struct counter *counters = (void *)((char *)page->sections[i].counts +
			offset);
		struct openmetrics_label labels[LABELS];
		begin(&page->sections[i], labels);
		for (size_t j = 0; j < count; j++) {
			labels[1] = (struct openmetrics_label){ label, words[j] };
			openmetrics_count(page->out, labels, counter_read(&counters[j]));
		}
	}
}

static void write_connections(const struct page *page)
{
	static const char *const results[COUNTS_RESULT_COUNT] = { "accepted", "limit",
		"handshake_failed", "timeout" };
	static const char *const errors[COUNTS_ERROR_COUNT] = { "unreachable", "silent",
		"gone", "refused", "failed" };
	openmetrics_family(page->out, "dance_connections_open", OPENMETRICS_GAUGE, NULL,
		"Connections of clients that are open.");
	write_each(page, offsetof(struct counts, open));
	openmetrics_family(page->out, "dance_connections", OPENMETRICS_COUNTER, NULL,
		"Connections, by what became of them before their first query.");
	write_array(page, offsetof(struct counts, results), "result", results,
		COUNTS_RESULT_COUNT);
	openmetrics_family(page->out, "dance_backend_errors", OPENMETRICS_COUNTER, NULL,
		"What went wrong with the server behind a front, or a client's primary.");
	write_array(page, offsetof(struct counts, errors), "reason", errors,
		COUNTS_ERROR_COUNT);
}

/* "handshake failure" as RFC 8446 6 writes it. Those that were never sent are not shown. */
static void write_alerts(const struct page *page)
{
	openmetrics_family(page->out, "dance_tls_alerts_sent", OPENMETRICS_COUNTER, NULL,
		"Fatal TLS alerts that were sent to clients.");
	for (size_t i = 0; i < page->count; i++) {
		struct openmetrics_label labels[LABELS];
		begin(&page->sections[i], labels);
		for (int alert = 0; alert < COUNTS_ALERTS; alert++) {
			uint64_t count =
				counter_read(&page->sections[i].counts->alerts[alert]);
			if (count == 0) {
				continue;
			}
			char name[64];
			snprintf(name, sizeof(name), "%s",
				SSL_alert_desc_string_long(alert));
			for (char *at = name; (at = strchr(at, ' ')) != NULL; at++) {
				*at = '_';
			}
			labels[1] = (struct openmetrics_label){ "alert", name };
			openmetrics_count(page->out, labels, count);
		}
	}
}

static void write_verdicts(const struct page *page)
{
	openmetrics_family(page->out, "dance_verdicts", OPENMETRICS_COUNTER, NULL,
		"What was decided about clients, or about primaries.");
	for (size_t i = 0; i < page->count; i++) {
		struct openmetrics_label labels[LABELS];
		begin(&page->sections[i], labels);
		metrics_write_verdicts(page->out, labels, 1,
			page->sections[i].counts->verdicts);
	}
}

/* --- identities -------------------------------------------------------------------------- */

typedef void write_identity(struct openmetrics *out,
	struct openmetrics_label labels[LABELS], struct counts_identity *counts);

/* Of each front: its identities, and "" for whoever is none of them. */
static void write_identities(const struct page *page, write_identity *write)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct front *front = page->sections[i].front;
		for (size_t j = 0; front != NULL && j <= front->conf->identity_count; j++) {
			const struct conf_identity *identity = j <
					front->conf->identity_count ?
				front->conf->identities[j] :
				NULL;
			struct openmetrics_label labels[LABELS];
			begin(&page->sections[i], labels);
			labels[1] = (struct openmetrics_label){ "identity",
				identity != NULL ? identity->id : "" };
			write(page->out, labels, front_identity_counts(front, identity));
		}
	}
}

/* What never happened is not shown: there may be very many identities. */
static void write_requests(struct openmetrics *out, struct openmetrics_label labels[LABELS],
	struct counts_identity *counts)
{
	static const char *const types[COUNTS_REQUEST_COUNT] = { "soa", "axfr", "ixfr",
		"notify", "other", "stream" };
	for (unsigned type = 0; type < COUNTS_REQUEST_COUNT; type++) {
		for (unsigned class = 0; class < COUNTS_CLASSES; class ++) {
			uint64_t count = counter_read(&counts->requests[type][class]);
			if (count != 0) {
				labels[2] = (struct openmetrics_label){ "type",
					types[type] };
				labels[3] = (struct openmetrics_label){ "verdict",
					metrics_class_name((enum dance_class) class) };
				openmetrics_count(out, labels, count);
			}
		}
	}
}

static void write_last_allow(struct openmetrics *out,
	struct openmetrics_label labels[LABELS], struct counts_identity *counts)
{
	uint64_t moment = counter_read(&counts->last_allow);
	if (moment != 0) {
		openmetrics_gauge(out, labels, (int64_t)moment);
	}
}

static void write_octets(struct openmetrics *out, struct openmetrics_label labels[LABELS],
	struct counts_identity *counts)
{
	uint64_t octets = counter_read(&counts->octets);
	if (octets != 0) {
		openmetrics_count(out, labels, octets);
	}
}

static void write_stream_octets(struct openmetrics *out,
	struct openmetrics_label labels[LABELS], struct counts_identity *counts)
{
	static const char *const directions[] = { "received", "sent" };
	for (size_t i = 0; i < 2; i++) {
		uint64_t octets = counter_read(&counts->stream_octets[i]);
		if (octets != 0) {
			labels[2] = (struct openmetrics_label){ "direction",
				directions[i] };
			openmetrics_count(out, labels, octets);
		}
	}
}

static void write_requests_and_octets(const struct page *page)
{
	openmetrics_family(page->out, "dance_requests", OPENMETRICS_COUNTER, NULL,
		"Requests of each identity, and what was decided.");
	write_identities(page, write_requests);
	openmetrics_family(page->out, "dance_last_allow_timestamp_seconds",
		OPENMETRICS_GAUGE, "seconds", "When an identity was last allowed.");
	write_identities(page, write_last_allow);
	openmetrics_family(page->out, "dance_transfer_octets", OPENMETRICS_COUNTER,
		"octets", "Octets of answers that were passed to clients.");
	write_identities(page, write_octets);
	for (size_t i = 0; i < page->count; i++) {
		struct openmetrics_label labels[LABELS];
		begin(&page->sections[i], labels);
		if (page->sections[i].front == NULL) {
			openmetrics_count(page->out, labels,
				counter_read(&page->sections[i].counts->octets));
		}
	}
}

static void write_streams(const struct page *page)
{
	struct page only = *page;
	while (only.count > 0 && only.sections[only.count - 1].front == NULL) {
		only.count--;
	}
	openmetrics_family(page->out, "dance_streams_open", OPENMETRICS_GAUGE, NULL,
		"Streams that are open.");
	write_each(&only, offsetof(struct counts, streams_open));
	openmetrics_family(page->out, "dance_streams", OPENMETRICS_COUNTER, NULL,
		"Streams that have begun.");
	write_each(&only, offsetof(struct counts, streams));
	openmetrics_family(page->out, "dance_streams_cut", OPENMETRICS_COUNTER, NULL,
		"Streams that were closed after the client was judged again.");
	write_each(&only, offsetof(struct counts, streams_cut));
	openmetrics_family(page->out, "dance_stream_octets", OPENMETRICS_COUNTER, "octets",
		"Octets of streams, received from clients and sent to them.");
	write_identities(page, write_stream_octets);
}

/* --- the whole --------------------------------------------------------------------------- */

static void write_sections(struct openmetrics *out, const struct page *page,
	struct metrics_roster *rosters)
{
	for (size_t i = 0; i < page->count; i++) {
		rosters[i] = (struct metrics_roster){ page->sections[i].kind,
			page->sections[i].id, page->sections[i].roster };
	}
	write_connections(page);
	write_alerts(page);
	write_verdicts(page);
	write_requests_and_octets(page);
	write_streams(page);
	metrics_write_records(out, rosters, page->count);
}

/* Fronts first. */
static void list_sections(const struct runtime *runtime, struct page *page)
{
	for (size_t i = 0; i < runtime->conf->front_count; i++) {
		const struct front *front = &runtime->fronts[i];
		page->sections[page->count++] = (struct section){ "front", front->conf->id,
			front->counts, front, front->roster };
	}
	for (size_t i = 0; i < runtime->conf->client_count; i++) {
		const struct client *client = &runtime->clients[i];
		page->sections[page->count++] = (struct section){ "client",
			client->conf->id, client->counts, NULL, client->roster };
	}
}

void exposition_write(struct openmetrics *out)
{
	struct runtime *runtime = runtime_current();
	size_t count = runtime->conf->front_count + runtime->conf->client_count;
	struct page page = { .out = out,
		.sections = calloc(count, sizeof(*page.sections)) };
	struct metrics_roster *rosters = calloc(count, sizeof(*rosters));
	if (page.sections != NULL && rosters != NULL) {
		metrics_write_daemon(out, "openssl",
			OpenSSL_version(OPENSSL_VERSION_STRING));
		list_sections(runtime, &page);
		write_sections(out, &page, rosters);
	} else {
		out->failed = true;
	}
	free(page.sections);
	free(rosters);
	runtime_release(runtime);
}
