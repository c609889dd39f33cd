/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What an answer to a refused client says: its code, and the option of the extended error. */

#include "answer.h"
#include "check.h"

#include "../modules/extended_error.h"

#include <stdlib.h>
#include <string.h>

static knotd_qdata_params_t params;
static knotd_qdata_t qdata;

/* No verdict has a text that is too long: one is made up here. */
static const char *text;

const char *__wrap_dance_verdict_text(enum dance_verdict verdict);
const char *__wrap_dance_verdict_text(enum dance_verdict verdict)
{
	(void)verdict;
	return text;
}

static void put_opt(bool dnssec)
{
	assert_int_equal(knot_edns_init(&qdata.opt_rr, 1400, 5, KNOT_EDNS_VERSION, NULL),
		KNOT_EOK);
	if (dnssec) {
		knot_edns_set_do(&qdata.opt_rr);
	}
	assert_int_equal(knot_edns_add_option(&qdata.opt_rr, KNOT_EDNS_OPTION_NSID, 2,
				 (const uint8_t *)"me", NULL),
		KNOT_EOK);
}

static int begin(void **state)
{
	(void)state;
	text = "no permitted name";
	params = (knotd_qdata_params_t){ .flags = KNOTD_QUERY_FLAG_AUTHORIZED |
			KNOTD_QUERY_FLAG_COOKIE };
	qdata = (knotd_qdata_t){ .params = &params, .rcode_ede = KNOT_EDNS_EDE_NONE };
	return 0;
}

static int end(void **state)
{
	(void)state;
	knot_rrset_clear(&qdata.opt_rr, NULL);
	return 0;
}

/* The only option, or one of two. */
static void check_option(uint16_t code, unsigned options)
{
	uint8_t *option = knot_edns_get_option(&qdata.opt_rr, KNOT_EDNS_OPTION_EDE, NULL);
	assert_non_null(option);
	size_t size = strlen(text);
	assert_int_equal(knot_edns_opt_get_length(option), 2 + size);
	const uint8_t *data = option + 2 * sizeof(uint16_t);
	assert_int_equal(data[0] * 256 + data[1], code);
	assert_memory_equal(data + 2, text, size);
	assert_int_equal(qdata.opt_rr.rrs.rdata->len,
		4 + 2 + size + (options > 1 ? 4 + strlen("me") : 0));
	assert_int_equal(qdata.rcode_ede, KNOT_EDNS_EDE_NONE);
}

static void a_refusal_has_a_code_and_an_option(void **state)
{
	(void)state;
	static const struct {
		enum dance_verdict verdict;
		uint16_t code, rcode;
	} rows[] = {
		{ DANCE_DENY_NAME, KNOT_EDNS_EDE_PROHIBITED, KNOT_RCODE_NOTAUTH },
		{ DANCE_FAIL_BOGUS, KNOT_EDNS_EDE_BOGUS, KNOT_RCODE_SERVFAIL },
		{ DANCE_FAIL_LOOKUP, KNOT_EDNS_EDE_NREACH_AUTH, KNOT_RCODE_SERVFAIL },
		{ DANCE_FAIL_INTERNAL, KNOT_EDNS_EDE_OTHER, KNOT_RCODE_SERVFAIL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		begin(NULL);
		put_opt(true);
		assert_int_equal(answer_refused(&qdata, rows[i].verdict), KNOTD_STATE_FAIL);
		assert_int_equal(qdata.rcode, rows[i].rcode);
		assert_int_equal(params.flags, KNOTD_QUERY_FLAG_COOKIE);
		check_option(rows[i].code, 2);
		end(NULL);
		/* Without an OPT record knotd adds what it can. */
		begin(NULL);
		assert_int_equal(answer_refused(&qdata, rows[i].verdict), KNOTD_STATE_FAIL);
		assert_int_equal(qdata.rcode_ede, rows[i].code);
		assert_true(knot_rrset_empty(&qdata.opt_rr));
		end(NULL);
	}
}

static void the_longest_text_fits(void **state)
{
	(void)state;
	static char longest[EXTENDED_ERROR_TEXT_MAX + 2];
	text = longest;
	memset(longest, 'a', EXTENDED_ERROR_TEXT_MAX);
	put_opt(false);
	(void)answer_refused(&qdata, DANCE_DENY_NAME);
	check_option(KNOT_EDNS_EDE_PROHIBITED, 2);
	end(NULL);
	begin(NULL);
	text = longest;
	longest[EXTENDED_ERROR_TEXT_MAX] = 'a';
	put_opt(false);
	(void)answer_refused(&qdata, DANCE_DENY_NAME);
	assert_int_equal(qdata.rcode_ede, KNOT_EDNS_EDE_PROHIBITED);
	assert_null(knot_edns_get_option(&qdata.opt_rr, KNOT_EDNS_OPTION_EDE, NULL));
}

/* As if knotd had not yet put anything into the OPT record. */
static void what_is_not_known_has_an_opt_record_of_its_own(void **state)
{
	(void)state;
	for (int dnssec = 0; dnssec < 2; dnssec++) {
		begin(NULL);
		put_opt(dnssec);
		assert_int_equal(answer_unknown(&qdata, DANCE_FAIL_TIMEOUT),
			KNOTD_STATE_FAIL);
		assert_int_equal(qdata.rcode, KNOT_RCODE_SERVFAIL);
		assert_int_equal(knot_edns_get_payload(&qdata.opt_rr), 1400);
		assert_int_equal(knot_edns_get_version(&qdata.opt_rr), KNOT_EDNS_VERSION);
		assert_int_equal(knot_edns_get_ext_rcode(&qdata.opt_rr), 0);
		assert_int_equal(knot_edns_do(&qdata.opt_rr), dnssec);
		check_option(KNOT_EDNS_EDE_NETWORK, 1);
		end(NULL);
	}
	begin(NULL);
	assert_int_equal(answer_unknown(&qdata, DANCE_FAIL_TIMEOUT), KNOTD_STATE_FAIL);
	assert_int_equal(qdata.rcode, KNOT_RCODE_SERVFAIL);
	assert_int_equal(qdata.rcode_ede, KNOT_EDNS_EDE_NETWORK);
}

static void *alloc_nothing(void *ctx, size_t size)
{
	(void)ctx;
	(void)size;
	return NULL;
}

/* The OPT record is lost then, and the answer stays what it was. */
static void without_memory_nothing_more_is_said(void **state)
{
	(void)state;
	knot_mm_t none = { .alloc = alloc_nothing, .free = free };
	put_opt(true);
	qdata.mm = &none;
	qdata.rcode = KNOT_RCODE_NOTAUTH;
	assert_int_equal(answer_unknown(&qdata, DANCE_FAIL_TIMEOUT), KNOTD_STATE_DONE);
	assert_int_equal(qdata.rcode, KNOT_RCODE_NOTAUTH);
	assert_int_equal(qdata.rcode_ede, KNOT_EDNS_EDE_NONE);
	end(NULL);
	begin(NULL);
	put_opt(true);
	qdata.mm = &none;
	assert_int_equal(answer_refused(&qdata, DANCE_DENY_NAME), KNOTD_STATE_FAIL);
	assert_int_equal(qdata.rcode_ede, KNOT_EDNS_EDE_PROHIBITED);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_refusal_has_a_code_and_an_option),
		ONE(the_longest_text_fits),
		ONE(what_is_not_known_has_an_opt_record_of_its_own),
		ONE(without_memory_nothing_more_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
