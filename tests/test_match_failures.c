/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Memory or a library fails while a peer is judged, in one place after the other: what could
 * then not be found out is no proved no, and certainly no yes. */

#include "check.h"
#include "fail.h"
#include "make_certificate.h"
#include "match.h"
#include "named.h"
#include "verdict.h"

#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct alternative_name names[] = { DNS("a.example") };

/* Names of letters beyond ASCII, which libunistring compares: between was issued by `authority`
 * under its name in capitals. */
static struct credential authority, capitals, between, leaf, stranger, stray;
static struct dance_trust *trust;
static char ca_file[] = "/tmp/dance-test-XXXXXX";
static struct dance_result result = { .size = sizeof(result) };

static int make(void **state)
{
	(void)state;
	make_certificate(&authority,
		&(struct wish){ .key = KEY_P256,
			.common_name = "Autorit\xc3\xa4t",
			.authority = true });
	make_certificate(&capitals,
		&(struct wish){ .same_key = &authority,
			.common_name = "AUTORIT\xc3\x84T",
			.authority = true });
	make_certificate(&between,
		&(struct wish){ .key = KEY_P256,
			.issuer = &capitals,
			.common_name = "\xc3\x84mter",
			.authority = true });
	make_certificate(&leaf,
		&(struct wish){ .key = KEY_ED25519,
			.issuer = &between,
			.common_name = "Bl\xc3\xa4tter",
			.names = names,
			.name_count = 1 });
	make_certificate(&stranger,
		&(struct wish){
			.key = KEY_P256, .common_name = "stranger", .authority = true });
	make_certificate(&stray, &(struct wish){ .key = KEY_ED25519 });
	gnutls_datum_t pem;
	char error[DANCE_ERROR_SIZE];
	int file = mkstemp(ca_file);
	if (file < 0 ||
		gnutls_x509_crt_export2(authority.certificate, GNUTLS_X509_FMT_PEM, &pem) !=
			0) {
		return -1;
	}
	bool written = write(file, pem.data, pem.size) == (ssize_t)pem.size;
	gnutls_free(pem.data);
	trust = dance_trust_new(ca_file, error);
	return close(file) == 0 && written && trust != NULL ? 0 : -1;
}

static int clear(void **state)
{
	(void)state;
	fail_at(0, FAIL_HERE, false);
	unlink(ca_file);
	dance_trust_free(trust);
	clear_certificate(&authority);
	clear_certificate(&capitals);
	clear_certificate(&between);
	clear_certificate(&leaf);
	clear_certificate(&stranger);
	clear_certificate(&stray);
	return 0;
}

/* Whether a failure may be told of instead. */
enum despite {
	NOTHING,
	ONE_FAILURE,
	ALL_FAILURES,
};

struct row {
	const char *row;
	enum dance_verdict verdict; /* where nothing fails */
	enum despite despite;       /* and where another record needs nothing that fails */
	struct record {
		uint8_t usage, selector, matching;
		const struct credential *of;
	} records[3];
	const char *name; /* NULL: that of the certificate */
};

static const struct dance_options *options(void)
{
	static struct dance_options all = { .size = sizeof(all), .usages = 0xf };
	all.trust = trust;
	return &all;
}

/* The n-th call while the peer is judged fails, and with `lasting` all that follow; 0: none. */
typedef enum dance_verdict (*judge_by)(const struct dance_peer *shown, const char *text,
	const struct dance_tlsa *records, size_t count, unsigned n, bool lasting);

static enum dance_verdict match(const struct dance_peer *shown, const char *text,
	const struct dance_tlsa *records, size_t count, unsigned n, bool lasting)
{
	struct peer peer;
	struct name name = named(text);
	const char *why;
	struct tlsa_set *set = tlsa_set_new(records, count);
	assert_non_null(set);
	assert_true(peer_import(&peer, shown, &why));
	result_begin(&result);
	fail_at(n, FAIL_HERE, lasting);
	enum dance_verdict verdict = match_peer(&peer, &name, set, options(), &result);
	free(set);
	return verdict;
}

static enum dance_verdict judge_alone(const struct dance_peer *shown, const char *text,
	const struct dance_tlsa *records, size_t count, unsigned n, bool lasting)
{
	fail_at(n, FAIL_HERE, lasting);
	return dance_judge(shown, text, records, count, options(), &result);
}

static enum dance_verdict judge_row(judge_by judge, const struct row *row, unsigned n,
	bool lasting)
{
	const struct dance_octets chain[] = { leaf.whole[0], between.whole[0],
		authority.whole[0], stray.whole[0] };
	const struct dance_peer shown = {
		.size = sizeof(shown), .chain = chain, .chain_count = ROWS(chain)
	};
	struct dance_tlsa records[ROWS(row->records)];
	size_t count = 0;
	for (; count < ROWS(records) && row->records[count].of != NULL; count++) {
		const struct record *record = &row->records[count];
		records[count] = tlsa_of(record->of, record->usage, record->selector,
			record->matching);
	}
	return judge(&shown, row->name != NULL ? row->name : "a.example", records, count, n,
		lasting);
}

/* False: there are not so many calls. */
static bool judge_failing(judge_by judge, const struct row *row, unsigned n, bool lasting)
{
	long before = fail_blocks();
	enum dance_verdict verdict = judge_row(judge, row, n, lasting);
	unsigned calls = fail_calls();
	fail_at(0, FAIL_HERE, false);
	assert_int_equal(fail_blocks(), before);
	if (calls < n) {
		check_row(row->row, verdict, row->verdict);
		return false;
	}
	/* Alone, a judgement needs memory for any record. */
	enum despite despite = judge == judge_alone ? NOTHING : row->despite;
	enum despite now = lasting ? ALL_FAILURES : ONE_FAILURE;
	if (verdict != row->verdict && (verdict != DANCE_FAIL_INTERNAL || despite >= now)) {
		char line[DANCE_LINE_SIZE];
		fail_msg("%s: call %u, %s: %s", row->row, n, fail_name(),
			dance_result_line(&result, line, sizeof(line)));
	}
	if (verdict == DANCE_FAIL_INTERNAL) {
		check_true(row->row, result.detail[0] != '\0');
	}
	return true;
}

static void what_could_not_be_found_out_is_no_proved_no(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "a key", DANCE_ALLOW, NOTHING, { { 3, 1, 1, &leaf } } },
		{ "another key", DANCE_DENY_MISMATCH, NOTHING, { { 3, 1, 1, &stranger } } },
		{ "a digest, and the key itself", DANCE_ALLOW, ALL_FAILURES,
			{ { 3, 0, 2, &stranger }, { 3, 1, 0, &leaf } } },
		{ "two digests", DANCE_ALLOW, ONE_FAILURE,
			{ { 3, 0, 2, &leaf }, { 3, 1, 1, &leaf } } },
		{ "an anchor by its digest", DANCE_ALLOW, NOTHING,
			{ { 2, 0, 1, &authority } } },
		{ "an anchor in DNS", DANCE_ALLOW, NOTHING, { { 2, 0, 0, &between } } },
		{ "a bare key", DANCE_ALLOW, NOTHING, { { 2, 1, 0, &authority } } },
		{ "another anchor", DANCE_DENY_MISMATCH, NOTHING,
			{ { 2, 1, 1, &stranger } } },
		{ "a trusted CA", DANCE_ALLOW, NOTHING, { { 0, 0, 2, &authority } } },
		{ "a leaf below a trusted CA", DANCE_ALLOW, NOTHING,
			{ { 1, 0, 1, &leaf } } },
		{ "another leaf's certificate", DANCE_DENY_MISMATCH, NOTHING,
			{ { 1, 0, 1, &stranger } } },
		{ "another leaf's key", DANCE_DENY_MISMATCH, NOTHING,
			{ { 1, 1, 2, &stranger } } },
		{ "a digest, and one sent in vain", DANCE_ALLOW, NOTHING,
			{ { 3, 0, 2, &leaf }, { 2, 0, 1, &stray } } },
		{ "two ways", DANCE_ALLOW, NOTHING,
			{ { 2, 0, 1, &between }, { 1, 1, 2, &leaf } } },
		{ "an anchor of a leaf that lacks the name", DANCE_DENY_CHAIN, NOTHING,
			{ { 2, 0, 1, &authority } }, "b.example" },
		{ "another anchor, and no name", DANCE_DENY_MISMATCH, NOTHING,
			{ { 2, 1, 1, &stranger } }, "b.example" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (int way = 0; way < 4; way++) {
			unsigned n = 1;
			while (judge_failing(way / 2 == 0 ? match : judge_alone, &rows[i],
				n, way % 2 != 0)) {
				n++;
			}
			check_true(rows[i].row, n > 1);
		}
	}
}

/* What failed for the records of one name says nothing of those of another. */
static void a_failure_is_of_one_set_only(void **state)
{
	(void)state;
	const struct dance_octets chain[] = { leaf.whole[0], between.whole[0] };
	const struct dance_peer shown = {
		.size = sizeof(shown), .chain = chain, .chain_count = ROWS(chain)
	};
	const struct dance_tlsa record = tlsa_of(&stranger, 2, 1, 1);
	const struct name name = named("a.example");
	struct peer peer;
	const char *why;
	struct tlsa_set *set = tlsa_set_new(&record, 1);
	unsigned failed = 0;
	assert_non_null(set);
	unsigned calls = 1;
	for (unsigned n = 1; n <= calls; n++) {
		assert_true(peer_import(&peer, &shown, &why));
		fail_at(n, FAIL_HERE, false);
		result_begin(&result);
		failed += match_peer(&peer, &name, set, options(), &result) ==
			DANCE_FAIL_INTERNAL;
		fail_at(0, FAIL_HERE, false);
		result_begin(&result);
		check_verdict(match_peer(&peer, &name, set, options(), &result),
			DANCE_DENY_MISMATCH);
		calls = n == 1 ? fail_calls() : calls; /* of a run in which nothing fails */
	}
	assert_true(failed > 2);
	free(set);
}

/* Half a store would refuse whom the operator trusts, and nobody would know why. */
static void a_root_is_not_taken_for_none(void **state)
{
	(void)state;
	const struct row row = { "a trusted CA", DANCE_ALLOW, NOTHING,
		{ { 0, 0, 2, &authority } } };
	char error[DANCE_ERROR_SIZE];
	unsigned n = 1, refused = 0;
	dance_trust_free(trust); /* as long as somebody has it the file is not read again */
	for (bool failing = true; failing; n++) {
		long before = fail_blocks();
		fail_at(n, FAIL_HERE, false);
		trust = dance_trust_new(ca_file, error);
		failing = fail_calls() >= n;
		fail_at(0, FAIL_HERE, false);
		if (trust != NULL) {
			check_row(failing ? fail_name() : "nothing",
				judge_row(match, &row, 0, false), DANCE_ALLOW);
		} else {
			refused++;
			assert_non_null(strstr(error, "memory ran out"));
		}
		dance_trust_free(trust);
		assert_int_equal(fail_blocks(), before);
	}
	trust = dance_trust_new(ca_file, error);
	assert_non_null(trust);
	assert_true(refused >= 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_could_not_be_found_out_is_no_proved_no),
		cmocka_unit_test(a_failure_is_of_one_set_only),
		cmocka_unit_test(a_root_is_not_taken_for_none),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
