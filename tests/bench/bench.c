/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Measures decisions against each other in one run: rounds of all contenders in turn, the
 * median of each. What counts are the ratios, since machines differ and drift. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "judge.h"

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
		qsort(contenders[i].rounds, ROUNDS, sizeof(double), compare);
		contenders[i].median = contenders[i].rounds[ROUNDS / 2];
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

/* Medians of interleaved pairs. */
static double scaling(struct contender *contender)
{
	double ratios[ROUNDS];
	for (size_t i = 0; i < ROUNDS; i++) {
		ratios[i] = rate(contender, 2) / rate(contender, 1);
	}
	qsort(ratios, ROUNDS, sizeof(double), compare);
	return ratios[ROUNDS / 2];
}

static void show(const char *what, double ratio, const char *goal, bool met)
{
	printf("  %-58s %7.2f   %-10s %s\n", what, ratio, goal, met ? "met" : "MISSED");
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
	printf("%s, certificate of %zu octets\n", p256 ? "P-256" : "Ed25519",
		subject.certificate_size);
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

	double one = all[0].median;
	printf("  ratios%62s   %s\n", "", "goal");
	show("Knot's cert-key work / decision", all[4].median / one, ">= 50",
		all[4].median / one >= 50);
	show("decision / SHA-256 of the key", one / all[3].median, "<= 2.5",
		one / all[3].median <= 2.5);
	show("decision, 1,000 names / 1 name", all[1].median / one, "<= 1.5",
		all[1].median / one <= 1.5);
	show("decision, 100,000 names / 1 name", all[2].median / one, "<= 1.5",
		all[2].median / one <= 1.5);
	show("decision, a name below a suffix of 50,000 / 1 name", all[7].median / one,
		"<= 2", all[7].median / one <= 2);
	show("OpenSSL's DANE / decision", all[6].median / one, ">= 30",
		all[6].median / one >= 30);
	show("libdane / decision", all[5].median / one, ">= 30", all[5].median / one >= 30);
	double two = scaling(&all[0]);
	show("two threads / one thread", two, ">= 1.8", two >= 1.8);
	two = scaling(&all[7]);
	show("the same, below a suffix", two, ">= 1.8", two >= 1.8);
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
