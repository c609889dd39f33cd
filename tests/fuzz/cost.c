/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a decision costs. Looks for the dearest chain: the score is processor time, the work
 * that was paid for, and signatures checked. libFuzzer learns of each new magnitude of these as
 * it does of new code. With FUZZ_COST set to a folder, the dearest chain so far is kept there,
 * as input, as PEM and with the figures. Times are not judged here, only counts. */

#include "dance.h"
#include "verdict.h"

#include <string.h>

#include "../count_signatures.h"
#include "../fake_clock.h"
#include "../fake_resolver.h"
#include "../thread_time.h"
#include "compose.h"
#include "peer.h"
#include "target.h"
#include "work.h"

enum figure {
	NANOSECONDS,
	STEPS,
	SIGNATURES,
	FIGURE_COUNT
};

struct cost {
	uint64_t figures[FIGURE_COUNT];
	enum dance_verdict verdict;
	char detail[DANCE_DETAIL_SIZE];
};

/* --- what is counted ------------------------------------------------------------------------ */

static uint64_t steps;

bool __real_work_take(struct work *work, uint32_t price);
bool __wrap_work_take(struct work *work, uint32_t price);
bool __wrap_work_take(struct work *work, uint32_t price)
{
	bool taken = __real_work_take(work, price);
	steps += taken ? price : 0;
	return taken;
}

/* --- libFuzzer's part ----------------------------------------------------------------------- */

#define STEPS_OF_TWO 8 /* magnitudes from one power of two to the next */

__attribute__((used, section("__libfuzzer_extra_counters"))) static uint8_t
	magnitudes[FIGURE_COUNT][64 * STEPS_OF_TWO];

static void show_magnitude(enum figure figure, uint64_t value)
{
	unsigned power = 0;
	while (value >= 2 * STEPS_OF_TWO) {
		value /= 2;
		power++;
	}
	magnitudes[figure][power * STEPS_OF_TWO + (unsigned)value % (2 * STEPS_OF_TWO)] = 1;
}

/* --- the decision --------------------------------------------------------------------------- */

static const struct dance_trust *trust(void)
{
	static struct dance_trust *roots;
	char error[DANCE_ERROR_SIZE];
	if (roots == NULL) {
		roots = dance_trust_new(FUZZ_ROOTS, error);
		must(roots != NULL);
	}
	return roots;
}

static struct dance_options options_of(const struct composed *composed)
{
	return (struct dance_options){
		.size = sizeof(struct dance_options),
		.usages = DANCE_DANE_EE | DANCE_DANE_TA | DANCE_PKIX_EE | DANCE_PKIX_TA,
		.role = composed->server ? DANCE_SERVER : DANCE_CLIENT,
		.trust = composed->trust ? trust() : NULL,
	};
}

static void keep_least(struct cost *least, const struct dance_result *result,
	uint64_t began)
{
	const uint64_t figures[FIGURE_COUNT] = { thread_ns() - began, steps,
		count_signatures() };
	must(result->verdict != DANCE_UNDECIDED && result->verdict < VERDICT_COUNT);
	must(steps <= WORK_MAX);
	if (least->figures[NANOSECONDS] == 0 ||
		figures[NANOSECONDS] < least->figures[NANOSECONDS]) {
		memcpy(least->figures, figures, sizeof(figures));
	}
	least->verdict = result->verdict;
	strcpy(least->detail, result->detail);
}

/* Of `rounds`: other programs only ever make it dearer. */
static struct cost judge(const struct composed *composed, unsigned rounds)
{
	struct cost least = { .verdict = DANCE_UNDECIDED };
	const struct dance_options options = options_of(composed);
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = composed->chain,
		.chain_count = composed->chain_count };
	char name[DANCE_NAME_SIZE];
	compose_name(0, name);
	for (unsigned i = 0; i < rounds && least.figures[NANOSECONDS] < DEAR_NS; i++) {
		struct dance_result result = { .size = sizeof(result) };
		steps = 0;
		count_signatures_from_zero();
		uint64_t began = thread_ns();
		(void)dance_judge(&peer, name, composed->records, composed->record_count,
			&options, &result);
		keep_least(&least, &result, began);
	}
	return least;
}

static struct dance_roster *list(struct dance_context *context,
	const struct composed *composed, const struct dance_options *options)
{
	static char texts[COMPOSE_NAME_MAX][DANCE_NAME_SIZE];
	const char *names[COMPOSE_NAME_MAX];
	char error[DANCE_ERROR_SIZE];
	const struct fake_answer told = { .outcome = RESOLVER_SECURE,
		.records = composed->records,
		.count = composed->record_count,
		.ttl = 3600 };
	const size_t count = composed->name_count;
	must(count <= COMPOSE_NAME_MAX);
	for (size_t i = 0; i < count; i++) {
		compose_name(i, texts[i]);
		names[i] = texts[i];
		fake_resolver_set(names[i], &told);
	}
	struct dance_roster *roster = dance_roster_new(context, names, count, options,
		error);
	must(roster != NULL);
	fake_resolver_settle();
	return roster;
}

/* The whole decision, for a client that bears several names whose records are the same. */
static struct cost verify(const struct composed *composed, unsigned rounds)
{
	struct cost least = { .verdict = DANCE_UNDECIDED };
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = composed->chain,
		.chain_count = composed->chain_count };
	const struct dance_options options = options_of(composed);
	fake_resolver_reset();
	fake_clock_set(1000000);
	struct dance_context *context = dance_context_new(NULL);
	must(context != NULL);
	struct dance_roster *roster = list(context, composed, &options);
	for (unsigned i = 0; i < rounds && least.figures[NANOSECONDS] < DEAR_NS; i++) {
		struct dance_result result = { .size = sizeof(result) };
		steps = 0;
		count_signatures_from_zero();
		uint64_t began = thread_ns();
		(void)dance_verify(roster, &peer, &result);
		keep_least(&least, &result, began);
	}
	dance_roster_free(roster);
	dance_context_free(context);
	return least;
}

/* --- the dearest ---------------------------------------------------------------------------- */

static FILE *create(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");
	if (file == NULL) {
		perror(path);
		exit(2);
	}
	return file;
}

static void write_chain(FILE *file, const struct composed *composed)
{
	for (size_t i = 0; i < composed->chain_count; i++) {
		const gnutls_datum_t der = { (void *)(uintptr_t)composed->chain[i].data,
			(unsigned)composed->chain[i].size };
		gnutls_datum_t pem = { NULL, 0 };
		must(gnutls_pem_base64_encode2("CERTIFICATE", &der, &pem) == 0);
		fwrite(pem.data, 1, pem.size, file);
		gnutls_free(pem.data);
	}
}

static void write_figures(FILE *file, const struct composed *composed,
	const struct cost *cost, const char *call)
{
	fprintf(file,
		"%s: %.3f ms of processor time, %llu steps of work (of %d), %llu signatures\n"
		"%zu certificates, %zu records, %zu names, %s (%s)\n",
		call, (double)cost->figures[NANOSECONDS] / 1e6,
		(unsigned long long)cost->figures[STEPS], WORK_MAX,
		(unsigned long long)cost->figures[SIGNATURES], composed->chain_count,
		composed->record_count, composed->name_count,
		dance_verdict_name(cost->verdict), cost->detail);
	for (size_t i = 0; i < composed->record_count && i < 8; i++) {
		const struct dance_tlsa *record = &composed->records[i];
		fprintf(file, "%u %u %u ", record->usage, record->selector,
			record->matching);
		for (size_t at = 0; at < record->size; at++) {
			fprintf(file, "%02x", record->data[at]);
		}
		fputc('\n', file);
	}
}

static void keep_dearest(const struct composed *composed, const uint8_t *data, size_t size,
	const struct cost *cost, bool whole)
{
	static uint64_t most;
	const char *folder = getenv("FUZZ_COST");
	if (folder == NULL || cost->figures[NANOSECONDS] <= most) {
		return;
	}
	struct cost again = whole ? verify(composed, 15) : judge(composed, 15);
	if (again.figures[NANOSECONDS] <= most) {
		return;
	}
	most = again.figures[NANOSECONDS];
	FILE *input = create(folder, "dearest"), *chain = create(folder, "dearest.pem");
	FILE *figures = create(folder, "dearest.txt");
	fwrite(data, 1, size, input);
	write_chain(chain, composed);
	write_figures(figures, composed, &again,
		whole ? "dance_verify()" : "dance_judge()");
	must(fclose(input) == 0 && fclose(chain) == 0 && fclose(figures) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct composed composed;
	static bool begun;
	if (!begun) {
		compose_begin();
		begun = true;
	}
	compose(&composed, data, size);
	unsigned rounds = getenv("FUZZ_COST") != NULL ?
		3 :
		1; /* counts need no more than one */
	struct cost judged = judge(&composed, rounds), verified = verify(&composed, rounds);
	for (int figure = 0; figure < FIGURE_COUNT; figure++) {
		uint64_t a = judged.figures[figure], b = verified.figures[figure];
		show_magnitude((enum figure)figure, a > b ? a : b);
	}
	keep_dearest(&composed, data, size, &judged, false);
	keep_dearest(&composed, data, size, &verified, true);
	compose_clear(&composed);
	return 0;
}
