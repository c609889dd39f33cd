/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Does dance_judge() judge the vectors as the rules demand? A set that gives verdicts has
 * to be met to the word, and to cover every rule with a good and a bad case; one that gives
 * only pass or fail has to be met in that.
 *
 *	test_vectors cover FILE...      verdicts, coverage
 *	test_vectors agree FILE...      pass or fail; 77 if the first one is not there */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block.h"

#define EXIT_SKIPPED 77

/* The rules that the pure half decides: of the others, R2 and R17's renewed lookup are the
 * resolver's and the roster's, R18 to R20 the host's. */
static const unsigned covered_rules[] = { 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	16, 17, 21 };

struct run {
	unsigned passed, failed;
	uint32_t good, bad; /* a bit for each rule that a case has named */
	char folder[4096];
	char ca[BLOCK_WORD_SIZE];
	struct dance_trust *trust; /* what was read from `ca` */
};

static void disagree(struct run *run, const struct block *block, const char *what,
	const char *wanted, const struct dance_result *result)
{
	run->failed++;
	printf("%s: %s: wanted %s, got %s (%s)  # %s\n", block->id, what, wanted,
		dance_verdict_name(result->verdict), result->detail, block->comment);
}

/* The store a block names; the last one is kept, as blocks of one store come together. */
static bool load_trust(struct run *run, const struct block *block)
{
	if (strcmp(run->ca, block->ca) == 0) {
		return true;
	}
	dance_trust_free(run->trust);
	run->trust = NULL;
	strcpy(run->ca, block->ca);
	if (block->ca[0] == '\0') {
		return true;
	}
	char path[sizeof(run->folder) + BLOCK_WORD_SIZE], error[DANCE_ERROR_SIZE];
	snprintf(path, sizeof(path), "%s%s", run->folder, block->ca);
	run->trust = dance_trust_new(path, error);
	if (run->trust == NULL) {
		printf("%s: %s\n", block->id, error);
	}
	return run->trust != NULL;
}

static enum dance_verdict judge(const struct run *run, const struct block *block,
	const struct dance_tlsa *records, size_t count, struct dance_result *result)
{
	const struct dance_peer peer = {
		.size = sizeof(peer),
		.chain = block->chain,
		.chain_count = block->chain_count,
		.raw_key = block->raw_key,
	};
	const struct dance_options options = {
		.size = sizeof(options),
		.usages = block->usages != 0 ?
			block->usages :
			DANCE_PKIX_TA | DANCE_PKIX_EE | DANCE_DANE_TA | DANCE_DANE_EE,
		.role = block->role,
		.trust = run->trust,
		.at = block->at,
	};
	return dance_judge(&peer, block->name[0] != '\0' ? block->name : NULL, records,
		count, &options, result);
}

/* Neither the order of the records (RFC 7671 9) nor one more that nobody can use (RFC 6698
 * 4.1) may change a verdict. */
static bool is_steady(struct run *run, const struct block *block,
	enum dance_verdict verdict)
{
	static const unsigned char nothing[32];
	struct dance_tlsa records[BLOCK_RECORD_MAX + 1];
	size_t count = block->record_count;
	for (size_t i = 0; i < count; i++) {
		records[i] = block->records[count - 1 - i];
	}
	struct dance_result result = { .size = sizeof(result) };
	if (judge(run, block, records, count, &result) != verdict) {
		disagree(run, block, "records reversed", dance_verdict_name(verdict),
			&result);
		return false;
	}
	records[count] = (struct dance_tlsa){ 3, 1, 255, nothing, sizeof(nothing) };
	if (judge(run, block, records, count + 1, &result) != verdict) {
		disagree(run, block, "an unusable record more", dance_verdict_name(verdict),
			&result);
		return false;
	}
	return true;
}

static void run_block(struct run *run, const struct block *block)
{
	if (!load_trust(run, block)) {
		run->failed++;
		return;
	}
	struct dance_result result = { .size = sizeof(result) };
	enum dance_verdict verdict = judge(run, block, block->records, block->record_count,
		&result);
	const char *got = dance_verdict_name(verdict);
	char by[sizeof("255 255 255")];
	snprintf(by, sizeof(by), "%u %u %u", result.usage, result.selector,
		result.matching);

	if (block->verdict[0] != '\0' && strcmp(block->verdict, got) != 0) {
		disagree(run, block, "verdict", block->verdict, &result);
	} else if (block->expect[0] != '\0' &&
		(strcmp(block->expect, "pass") == 0) != (verdict == DANCE_ALLOW)) {
		disagree(run, block, "outcome", block->expect, &result);
	} else if (block->by[0] != '\0' &&
		(!result.has_record || strcmp(block->by, by) != 0)) {
		disagree(run, block, "decided by", block->by, &result);
	} else if (is_steady(run, block, verdict)) {
		run->passed++;
	}
}

/* A case of this project's says what it is for: good-* or bad-*, a verdict, a rule. */
static bool is_declared(struct run *run, const struct block *block)
{
	bool good = strncmp(block->id, "good-", 5) == 0;
	bool allow = strcmp(block->verdict, "allow") == 0;
	if (good != allow || (!good && strncmp(block->id, "bad-", 4) != 0) ||
		block->verdict[0] == '\0' || block->rules == 0) {
		printf("%s: neither a good case that is allowed nor a bad one that is not, "
		       "or without a rule\n",
			block->id);
		return false;
	}
	*(good ? &run->good : &run->bad) |= block->rules;
	return true;
}

static bool run_file(struct run *run, const char *path, bool declared)
{
	struct block_file *file = block_file_open(path);
	if (file == NULL) {
		printf("%s: %s\n", path, strerror(errno));
		run->failed++;
		return false;
	}
	const char *slash = strrchr(path, '/');
	snprintf(run->folder, sizeof(run->folder), "%.*s",
		slash != NULL ? (int)(slash - path + 1) : 0, path);

	char error[DANCE_ERROR_SIZE];
	const struct block *block;
	while ((block = block_file_next(file, error, sizeof(error))) != NULL) {
		if (declared && !is_declared(run, block)) {
			run->failed++;
		} else {
			run_block(run, block);
		}
	}
	block_file_close(file);
	run->ca[0] = '\0';
	dance_trust_free(run->trust);
	run->trust = NULL;
	if (error[0] != '\0') {
		printf("%s: %s\n", path, error);
		run->failed++;
		return false;
	}
	return true;
}

static void check_coverage(struct run *run)
{
	for (size_t i = 0; i < sizeof(covered_rules) / sizeof(covered_rules[0]); i++) {
		unsigned rule = covered_rules[i];
		if ((run->good & run->bad & 1u << rule) == 0) {
			printf("R%u: no %s case is about it\n", rule,
				(run->good & 1u << rule) == 0 ? "good" : "bad");
			run->failed++;
		}
	}
}

int main(int argc, char **argv)
{
	static struct run run;
	bool cover = argc > 2 && strcmp(argv[1], "cover") == 0;
	if (argc < 3 || (!cover && strcmp(argv[1], "agree") != 0)) {
		fprintf(stderr, "usage: test_vectors cover|agree FILE...\n");
		return 2;
	}
	if (!cover && access(argv[2], F_OK) != 0) {
		printf("skipped: %s is not there\n", argv[2]);
		return EXIT_SKIPPED;
	}
	for (int i = 2; i < argc; i++) {
		run_file(&run, argv[i], cover);
	}
	if (cover) {
		check_coverage(&run);
	}
	printf("%u passed, %u failed\n", run.passed, run.failed);
	return run.failed == 0 && run.passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
