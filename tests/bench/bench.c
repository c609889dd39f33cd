/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Measures decisions against each other in one run: rounds of all contenders in turn. What
 * counts are the ratios of each round, since machines differ and drift. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "judge.h"
#include "row.h"

#define ROUNDS 31
#define ROUND_NS 20000000.0 /* of one contender */
#define CONTENDER_MAX 8

struct contender {
	const struct judge *judge;
	size_t names;
	void *state;
	double rounds[ROUNDS]; /* nanoseconds a decision */
	double median;
};

static double now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double measure(struct contender *contender, unsigned long count)
{
	double start = now_ns();
	for (unsigned long i = 0; i < count; i++) {
		if (!contender->judge->run(contender->state)) {
			fprintf(stderr, "%s: no longer says yes\n", contender->judge->what);
			exit(1);
		}
	}
	return (now_ns() - start) / (double)count;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static double median(const double *rounds)
{
	double sorted[ROUNDS];
	memcpy(sorted, rounds, sizeof(sorted));
	qsort(sorted, ROUNDS, sizeof(double), compare);
	return sorted[ROUNDS / 2];
}

static void race(struct contender *contenders, size_t count)
{
	unsigned long loops[CONTENDER_MAX];
	for (size_t i = 0; i < count; i++) {
		double once = measure(&contenders[i], 200);
		loops[i] = 1 + (unsigned long)(ROUND_NS / once);
	}
	for (size_t round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < count; i++) {
			contenders[i].rounds[round] = measure(&contenders[i], loops[i]);
		}
	}
	for (size_t i = 0; i < count; i++) {
		contenders[i].median = median(contenders[i].rounds);
	}
}

struct pace {
	struct contender *contender;
	unsigned long count;
};

static void *run_thread(void *arg)
{
	struct pace *pace = arg;
	(void)measure(pace->contender, pace->count);
	return NULL;
}

/* Decisions a second of `threads` threads. */
static double rate(struct contender *contender, unsigned threads)
{
	pthread_t ids[8];
	struct pace pace = { contender, (unsigned long)(5 * ROUND_NS / contender->median) };
	double start = now_ns();
	for (unsigned i = 0; i < threads; i++) {
		pthread_create(&ids[i], NULL, run_thread, &pace);
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(ids[i], NULL);
	}
	return threads * (double)pace.count / (now_ns() - start) * 1e9;
}

/* Two threads and one, in turn. */
static void show_scaling(const char *what, const char *about, struct contender *contender)
{
	double ratios[ROUNDS];
	for (size_t i = 0; i < ROUNDS; i++) {
		ratios[i] = rate(contender, 2) / rate(contender, 1);
	}
	row_print(what, about, ">= 1.8", ratios, ROUNDS);
}

static void show_ratio(const char *what, const char *about, const struct contender *above,
	const struct contender *below, const char *goal)
{
	double ratios[ROUNDS];
	for (size_t i = 0; i < ROUNDS; i++) {
		ratios[i] = above->rounds[i] / below->rounds[i];
	}
	row_print(what, about, goal, ratios, ROUNDS);
}

static int bench(bool p256)
{
	struct subject subject;
	if (!subject_make(&subject, p256)) {
		fprintf(stderr, "no certificate could be made\n");
		return 1;
	}
	struct contender all[] = {
		{ .judge = &judge_roster, .names = 1 },
		{ .judge = &judge_roster, .names = 1000 },
		{ .judge = &judge_roster, .names = 100000 },
		{ .judge = &judge_sha256 },
		{ .judge = &judge_pin },
		{ .judge = &judge_libdane },
		{ .judge = &judge_openssl },
		{ .judge = &judge_below, .names = 50000 },
	};
	size_t count = sizeof(all) / sizeof(all[0]);
	const char *about = p256 ? "P-256" : "Ed25519";
	printf("%s, certificate of %zu octets\n", about, subject.certificate_size);
	for (size_t i = 0; i < count; i++) {
		all[i].state = all[i].judge->begin(&subject, all[i].names);
		if (all[i].state == NULL) {
			fprintf(stderr, "%s: cannot be set up\n", all[i].judge->what);
			return 1;
		}
	}
	race(all, count);
	for (size_t i = 0; i < count; i++) {
		printf("  %-30s %8zu names %10.0f ns\n", all[i].judge->what, all[i].names,
			all[i].median);
	}

	show_ratio("Knot's cert-key work / decision", about, &all[4], &all[0], ">= 50");
	show_ratio("decision / SHA-256 of the key", about, &all[0], &all[3], "<= 2.5");
	show_ratio("decision, 1,000 names / 1 name", about, &all[1], &all[0], "<= 1.5");
	show_ratio("decision, 100,000 names / 1 name", about, &all[2], &all[0], "<= 1.5");
	show_ratio("decision, a name below a suffix of 50,000 / 1 name", about, &all[7],
		&all[0], "<= 2");
	show_ratio("OpenSSL's DANE / decision", about, &all[6], &all[0], ">= 30");
	show_ratio("libdane / decision", about, &all[5], &all[0], ">= 30");
	show_scaling("two threads / one thread", about, &all[0]);
	show_scaling("two threads / one thread, below a suffix", about, &all[7]);
	for (size_t i = 0; i < count; i++) {
		all[i].judge->end(all[i].state);
	}
	subject_clear(&subject);
	return 0;
}

int main(void)
{
	return bench(false) | bench(true);
}
