/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Do dance_judge() and OpenSSL's DANE agree on random cases? A disagreement is either decided
 * (decided.c) or a failure, printed as a block that test_vectors reads.
 *
 *	test_differential [--seed N] [--count N] [--seconds N] [--case K] [--print]
 *
 * With --print nobody compares: the cases are printed for tests/oracle, in the format of
 * tests/vectors, each with what dance_judge() says of it.
 *
 * The structure of a case is that of its seed and number; its keys are new each time. Without
 * options, DANCE_DIFFERENTIAL_CASES says how many there are; tests/run asks for many more
 * than one would wait for while editing. */

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "decided.h"
#include "verdict.h"
#include "oracle.h"
#include "scenario.h"

#define CASES 500

struct settings {
	uint64_t seed, count, seconds, number;
	bool one; /* only case `number` */
	bool print;
};

struct tally {
	uint64_t passed, failed, allowed;
	uint64_t verdicts[VERDICT_COUNT];
};

/* The store goes through a file that has no name. */
static bool read_trust(const struct scenario *scenario, struct dance_trust **trust)
{
	*trust = NULL;
	if (scenario->store_count == 0) {
		return true;
	}
	int fd = memfd_create("store", 0);
	FILE *stream = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (stream == NULL) {
		return false;
	}
	scenario_print_store(scenario, stream);
	fflush(stream);
	char path[64], error[DANCE_ERROR_SIZE];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	*trust = dance_trust_new(path, error);
	fclose(stream);
	return *trust != NULL;
}

/* What is odd may keep a file from being read: then it is not there. */
static bool load_trust(struct scenario *scenario, struct dance_trust **trust)
{
	if (read_trust(scenario, trust)) {
		return true;
	}
	size_t count = 0;
	for (size_t i = 0; i < scenario->store_count; i++) {
		size_t at = scenario->store[i];
		if (scenario->certificates[at].plan.odd == NULL) {
			scenario->store[count++] = at;
		}
	}
	bool fewer = count < scenario->store_count;
	scenario->store_count = count;
	return fewer && read_trust(scenario, trust);
}

static enum dance_verdict judge(const struct scenario *scenario,
	const struct dance_peer *peer, const struct dance_tlsa *records,
	const struct dance_trust *trust, struct dance_result *result)
{
	const struct dance_options options = {
		.size = sizeof(options),
		.usages = scenario->usages,
		.role = scenario->role,
		.trust = trust,
		.at = scenario->at,
	};
	return dance_judge(peer, scenario->name, records, scenario->record_count, &options,
		result);
}

/* The order of the records, and of the certificates behind the leaf, is nothing. */
static bool is_steady(const struct scenario *scenario, const struct dance_trust *trust,
	enum dance_verdict verdict, struct dance_result *result)
{
	struct dance_tlsa records[SCENARIO_RECORD_MAX];
	for (size_t i = 0; i < scenario->record_count; i++) {
		records[i] = scenario->records[scenario->record_count - 1 - i];
	}
	struct dance_octets octets[SCENARIO_CHAIN_MAX], reversed[SCENARIO_CHAIN_MAX];
	struct dance_peer peer = scenario_peer(scenario, octets);
	if (judge(scenario, &peer, records, trust, result) != verdict) {
		return false;
	}
	reversed[0] = octets[0];
	for (size_t i = 1; i < peer.chain_count; i++) {
		reversed[i] = octets[peer.chain_count - i];
	}
	peer.chain = reversed;
	return judge(scenario, &peer, scenario->records, trust, result) == verdict;
}

static void complain(const struct settings *settings, uint64_t number,
	const struct scenario *scenario, const struct dance_result *result,
	const struct oracle_opinion *opinion, const char *what)
{
	char id[64];
	snprintf(id, sizeof(id), "seed-%ju-case-%ju", (uintmax_t)settings->seed,
		(uintmax_t)number);
	printf("# %s: %s: %s", id, what, dance_verdict_name(result->verdict));
	if (result->has_record) {
		printf(" by %u %u %u", result->usage, result->selector, result->matching);
	}
	printf(" (%s), OpenSSL %s (%s, depth %d, %zu usable)\n", result->detail,
		opinion->allow ? "allow" : "deny", opinion->why, opinion->depth,
		opinion->usable);
	scenario_print(scenario, id, stdout);
	printf("\n");
}

/* Whole data may be of the right shape and of no key that anybody knows: then OpenSSL calls
 * them unusable, and here they match nobody. */
static bool is_garbled(const struct scenario *scenario)
{
	bool garbled = false;
	for (size_t i = 0; i < scenario->record_count; i++) {
		garbled |= scenario->records[i].matching == 0 &&
			scenario->targets[i] == SCENARIO_NOBODY;
	}
	return garbled;
}

static const char *compare(struct scenario *scenario, struct oracle *oracle,
	struct dance_result *result, struct oracle_opinion *opinion)
{
	struct dance_octets octets[SCENARIO_CHAIN_MAX];
	const struct dance_peer peer = scenario_peer(scenario, octets);
	struct dance_trust *trust;
	if (!load_trust(scenario, &trust)) {
		return "the store cannot be read";
	}
	enum dance_verdict verdict = judge(scenario, &peer, scenario->records, trust,
		result);
	*opinion = oracle_judge(oracle, scenario);
	const char *fault = NULL;
	struct dance_result again = { .size = sizeof(again) };
	bool agreed = (verdict == DANCE_ALLOW) == opinion->allow;
	if (!opinion->asked) {
		fault = "OpenSSL could not be asked";
	} else if (!agreed && !decided_otherwise(scenario, oracle, result)) {
		fault = "not agreed";
	} else if (agreed) {
		fault = decided_fault(scenario, oracle, result, opinion);
	}
	if (fault != NULL) {
		/* One is enough. */
	} else if (opinion->usable == 0 && verdict != DANCE_DENY_UNUSABLE &&
		!is_garbled(scenario)) {
		fault = "not said to be unusable";
	} else if (!is_steady(scenario, trust, verdict, &again)) {
		fault = "another order, another verdict";
	}
	dance_trust_free(trust);
	return fault;
}

static void run_case(const struct settings *settings, uint64_t number,
	struct oracle *oracle, struct tally *tally)
{
	struct random random = random_begin(settings->seed, number);
	struct scenario scenario;
	struct dance_result result = { .size = sizeof(result) };
	struct oracle_opinion opinion = { .why = "" };
	const char *fault = scenario_make(&scenario, &random) ?
		compare(&scenario, oracle, &result, &opinion) :
		"the case cannot be made";
	tally->verdicts[result.verdict]++;
	if (fault != NULL) {
		tally->failed++;
		complain(settings, number, &scenario, &result, &opinion, fault);
	} else {
		tally->passed++;
		if (settings->one) {
			complain(settings, number, &scenario, &result, &opinion, "agreed");
		}
	}
	scenario_clear(&scenario);
}

/* What the operator trusts stands before the case: `@store COUNT` and its certificates. */
static bool print_case(const struct settings *settings, uint64_t number)
{
	struct random random = random_begin(settings->seed, number);
	struct scenario scenario;
	struct dance_trust *trust = NULL;
	bool made = scenario_make(&scenario, &random) && load_trust(&scenario, &trust);
	if (made) {
		struct dance_octets octets[SCENARIO_CHAIN_MAX];
		const struct dance_peer peer = scenario_peer(&scenario, octets);
		struct dance_result result = { .size = sizeof(result) };
		judge(&scenario, &peer, scenario.records, trust, &result);
		char id[64];
		snprintf(id, sizeof(id), "seed-%ju-case-%ju", (uintmax_t)settings->seed,
			(uintmax_t)number);
		printf("# %s\n@verdict %s\n", result.detail,
			dance_verdict_name(result.verdict));
		if (result.has_record) {
			printf("@by %u %u %u\n", result.usage, result.selector,
				result.matching);
		}
		printf("@store %zu\n", scenario.store_count);
		scenario_print_store(&scenario, stdout);
		scenario_print(&scenario, id, stdout);
		printf("\n");
	}
	dance_trust_free(trust);
	scenario_clear(&scenario);
	return made;
}

static bool print_cases(const struct settings *settings)
{
	uint64_t first = settings->one ? settings->number : 0;
	uint64_t count = settings->one ? 1 : settings->count;
	for (uint64_t i = 0; i < count; i++) {
		if (!print_case(settings, first + i)) {
			fprintf(stderr, "a case cannot be made\n");
			return false;
		}
	}
	return fflush(stdout) == 0;
}

static bool read_settings(struct settings *settings, int argc, char **argv)
{
	const char *count = getenv("DANCE_DIFFERENTIAL_CASES");
	*settings = (struct settings){
		.seed = 1,
		.count = count != NULL ? strtoull(count, NULL, 10) : CASES,
	};
	if (argc > 1 && strcmp(argv[argc - 1], "--print") == 0) {
		settings->print = true;
		argc--;
	}
	for (int i = 1; i + 1 < argc; i += 2) {
		uint64_t value = strtoull(argv[i + 1], NULL, 10);
		if (strcmp(argv[i], "--seed") == 0) {
			settings->seed = value;
		} else if (strcmp(argv[i], "--count") == 0) {
			settings->count = value;
		} else if (strcmp(argv[i], "--seconds") == 0) {
			settings->seconds = value;
			settings->count = UINT64_MAX;
		} else if (strcmp(argv[i], "--case") == 0) {
			settings->number = value;
			settings->one = true;
		} else {
			return false;
		}
	}
	return argc % 2 == 1;
}

static void run(const struct settings *settings, struct oracle *oracle, struct tally *tally)
{
	if (settings->one) {
		run_case(settings, settings->number, oracle, tally);
		return;
	}
	time_t end = time(NULL) + (time_t)settings->seconds;
	for (uint64_t i = 0; i < settings->count; i++) {
		if (settings->seconds != 0 && time(NULL) >= end) {
			return;
		}
		run_case(settings, i, oracle, tally);
	}
}

int main(int argc, char **argv)
{
	struct settings settings;
	if (!read_settings(&settings, argc, argv)) {
		fprintf(stderr,
			"usage: test_differential [--seed N] [--count N] [--seconds N] "
			"[--case K] [--print]\n");
		return 2;
	}
	if (settings.print) {
		bool printed = keys_make() && print_cases(&settings);
		keys_free();
		return printed ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	struct oracle *oracle = oracle_new();
	if (oracle == NULL || !keys_make()) {
		fprintf(stderr, "OpenSSL cannot be set up\n");
		oracle_free(oracle);
		return EXIT_FAILURE;
	}
	struct tally tally = { 0 };
	run(&settings, oracle, &tally);
	keys_free();
	oracle_free(oracle);

	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (tally.verdicts[i] != 0) {
			printf("%" PRIu64 " %s\n", tally.verdicts[i],
				dance_verdict_name((enum dance_verdict)i));
		}
	}
	decided_report();
	printf("%" PRIu64 " passed, %" PRIu64 " failed\n", tally.passed, tally.failed);
	return tally.failed == 0 && tally.passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
