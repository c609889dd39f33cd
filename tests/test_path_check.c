/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is wrong with a path, signatures aside (RFC 5280 6.1). One thing at a time is made
 * wrong about a path that is right: leaf, between, authority. */

#include "check.h"
#include "make_certificate.h"
#include "path_check.h"

#include <gnutls/x509.h>
#include <string.h>

#define NOW 1700000000 /* 2023 */

#define CLIENT GNUTLS_KP_TLS_WWW_CLIENT
#define SERVER GNUTLS_KP_TLS_WWW_SERVER

/* Extensions by their OIDs. */
#define UNKNOWN "1.2.3.4.5"
#define SUBJECT_KEY_ID "2.5.29.14"
#define KEY_USAGE "2.5.29.15"
#define BASIC "2.5.29.19"
#define CONSTRAINTS "2.5.29.30"
#define POLICIES "2.5.29.32"
#define POLICY_MAPPINGS "2.5.29.33"
#define AUTHORITY_KEY_ID "2.5.29.35"
#define POLICY_CONSTRAINTS "2.5.29.36"
#define PURPOSES "2.5.29.37"
#define CRL_POINTS "2.5.29.31"

static const struct alternative_name names[] = { DNS("a.good.example") };

enum place {
	LEAF,
	BETWEEN,
	AUTHORITY
};

struct row {
	const char *row;
	enum place place;
	struct wish change;
	const char *of_client, *of_server; /* a part of the fault; NULL: none */
};

#define BOTH(fault) fault, fault

static const struct row rows[] = {
	{ "nothing", LEAF, { 0 }, BOTH(NULL) },
	{ "leaf expired", LEAF, { .expired = true }, BOTH("expired") },
	{ "between expired", BETWEEN, { .expired = true }, BOTH("expired") },
	{ "authority expired", AUTHORITY, { .expired = true }, BOTH("expired") },

	{ "leaf for clients", LEAF, { .purpose = CLIENT }, NULL, "purpose" },
	{ "leaf for servers", LEAF, { .purpose = SERVER }, "purpose", NULL },
	{ "leaf for any", LEAF, { .purpose = GNUTLS_KP_ANY }, BOTH("purpose") },
	{ "leaf for nothing", LEAF,
		{ .extension = PURPOSES, VALUE("\x30\0"), .not_critical = true },
		BOTH("extended key usage cannot be read") },
	{ "between for clients", BETWEEN, { .purpose = CLIENT }, NULL, "purpose" },
	{ "authority for servers", AUTHORITY, { .purpose = SERVER }, "purpose", NULL },

	{ "leaf signs data", LEAF, { .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
		BOTH(NULL) },
	{ "leaf agrees keys", LEAF, { .key_usage = GNUTLS_KEY_KEY_AGREEMENT }, BOTH(NULL) },
	{ "leaf enciphers keys", LEAF, { .key_usage = GNUTLS_KEY_KEY_ENCIPHERMENT },
		"key usage", NULL },
	{ "leaf signs lists", LEAF, { .key_usage = GNUTLS_KEY_CRL_SIGN },
		BOTH("key usage") },
	{ "leaf signs nothing", LEAF, { .extension = KEY_USAGE, VALUE("\x03\x01\0") },
		BOTH("a key usage cannot be read") },
	{ "between signs certificates", BETWEEN, { .key_usage = GNUTLS_KEY_KEY_CERT_SIGN },
		BOTH(NULL) },
	{ "between signs data", BETWEEN, { .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
		BOTH("signing certificates") },
	{ "authority signs data", AUTHORITY, { .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
		BOTH("signing certificates") },

	{ "authority over one", AUTHORITY, { .limit = 1 }, BOTH(NULL) },
	{ "authority over none", AUTHORITY, { .limit = -1 }, BOTH("longer") },
	{ "between over none", BETWEEN, { .limit = -1 }, BOTH(NULL) },
	{ "leaf is garbled", LEAF,
		{ .extension = BASIC, VALUE("\x30\x03\x02\x01\xff"), .not_critical = true },
		BOTH("basic constraints cannot be read") },

	{ "leaf not understood", LEAF, { .extension = UNKNOWN }, BOTH("critical") },
	{ "between not understood", BETWEEN, { .extension = UNKNOWN }, BOTH("critical") },
	{ "authority not understood", AUTHORITY, { .extension = UNKNOWN },
		BOTH("critical") },
	{ "leaf not critical", LEAF, { .extension = UNKNOWN, .not_critical = true },
		BOTH(NULL) },
	{ "key identifiers help only", BETWEEN,
		{ .extension = SUBJECT_KEY_ID, VALUE("\x04\x01x") }, BOTH("critical") },
	{ "key identifier", BETWEEN,
		{ .extension = SUBJECT_KEY_ID, VALUE("\x04\x01x"), .not_critical = true },
		BOTH(NULL) },
	{ "garbled key identifier", BETWEEN,
		{ .extension = AUTHORITY_KEY_ID, VALUE("\x04\x01x"), .not_critical = true },
		BOTH("key identifier") },
	{ "what is not processed may be garbled", LEAF,
		{ .extension = CRL_POINTS, .not_critical = true }, BOTH(NULL) },
	{ "and may not be critical", LEAF, { .extension = CRL_POINTS }, BOTH("critical") },

	{ "leaf of a small key", LEAF, { .key = KEY_RSA_SMALL },
		BOTH("an RSA key has fewer than 2048 bits") },
	{ "between of a small key", BETWEEN, { .key = KEY_RSA_SMALL }, BOTH("2048 bits") },
	{ "authority of a small key", AUTHORITY, { .key = KEY_RSA_SMALL },
		BOTH("2048 bits") },
	{ "leaf of an RSA key", LEAF, { .key = KEY_RSA }, BOTH(NULL) },

	{ "between permits it", BETWEEN, { .permitted = "good.example" }, BOTH(NULL) },
	{ "authority permits it", AUTHORITY, { .permitted = "example" }, BOTH(NULL) },
	{ "between permits others", BETWEEN, { .permitted = "bad.example" },
		BOTH("do not permit") },
	{ "authority permits others", AUTHORITY, { .permitted = "bad.example" },
		BOTH("do not permit") },
	{ "leaf permits others", LEAF, { .permitted = "bad.example" }, BOTH(NULL) },
	{ "leaf's constraints are garbled", LEAF, { .extension = CONSTRAINTS },
		BOTH("constraints") },
	{ "authority's are", AUTHORITY, { .extension = CONSTRAINTS }, BOTH("constraints") },

	{ "a policy", LEAF, { .extension = POLICIES, VALUE("\x30\x05\x30\x03\x06\x01\x2a") },
		BOTH(NULL) },
	{ "a qualifier that is not known", LEAF,
		{ .extension = POLICIES,
			VALUE("\x30\x0e\x30\x0c\x06\x01\x2a\x30\x07\x30\x05\x06\x01\x2b\x05\0") },
		BOTH("a policy qualifier in a critical extension is unknown") },
	{ "one that is not critical", LEAF,
		{ .extension = POLICIES,
			.not_critical = true,
			VALUE("\x30\x0e\x30\x0c\x06\x01\x2a\x30\x07\x30\x05\x06\x01\x2b\x05\0") },
		BOTH(NULL) },
	{ "garbled mappings", BETWEEN, { .extension = POLICY_MAPPINGS, VALUE("\x30\0") },
		BOTH("policy mappings cannot be read") },
	{ "garbled policies", LEAF, { .extension = POLICIES, .not_critical = true },
		BOTH("policies cannot be read") },
	{ "between requires a policy", BETWEEN,
		{ .extension = POLICY_CONSTRAINTS, VALUE("\x30\x03\x80\x01\0") },
		BOTH("a certificate policy is required") },
	{ "authority does", AUTHORITY,
		{ .extension = POLICY_CONSTRAINTS, VALUE("\x30\x03\x80\x01\0") },
		BOTH("a certificate policy is required") },
	{ "leaf does", LEAF,
		{ .extension = POLICY_CONSTRAINTS, VALUE("\x30\x03\x80\x01\0") },
		BOTH("a certificate policy is required") },
	{ "authority does, below more than there are", AUTHORITY,
		{ .extension = POLICY_CONSTRAINTS, VALUE("\x30\x03\x80\x01\x05") },
		BOTH(NULL) },
};

static struct credential made[3];
static struct certificate certificates[3];
static struct path path;

static void read_certificate(enum place place)
{
	struct work work;
	work_begin(&work);
	assert_true(certificate_read(&certificates[place], made[place].whole[0], &work));
	path.certificates[place] = &certificates[place];
}

/* The wishes of a path that is right. */
static void begin_wishes(struct wish wishes[3])
{
	wishes[LEAF] = (struct wish){ .common_name = "leaf",
		.names = names,
		.name_count = 1,
		.issuer = &made[BETWEEN] };
	wishes[BETWEEN] = (struct wish){
		.common_name = "between", .authority = true, .issuer = &made[AUTHORITY]
	};
	wishes[AUTHORITY] = (struct wish){ .common_name = "authority", .authority = true };
}

static void make_wishes(const struct wish wishes[3])
{
	path.length = 3;
	path.key = (struct dance_octets){ NULL, 0 };
	for (int place = AUTHORITY; place >= LEAF; place--) {
		make_certificate(&made[place], &wishes[place]);
		read_certificate((enum place)place);
	}
}

static void make_path(const struct row *row)
{
	struct wish wishes[3];
	begin_wishes(wishes);
	struct wish *wish = &wishes[row->place], was = *wish;
	*wish = row->change;
	wish->common_name = was.common_name;
	wish->names = was.names;
	wish->name_count = was.name_count;
	wish->authority = was.authority;
	wish->issuer = was.issuer;
	make_wishes(wishes);
}

static void clear_path(void)
{
	for (int place = LEAF; place <= AUTHORITY; place++) {
		clear_certificate(&made[place]);
	}
}

/* Puts another one in the authority's place. */
static void make_authority(const struct wish *wish)
{
	clear_certificate(&made[AUTHORITY]);
	make_certificate(&made[AUTHORITY], wish);
	read_certificate(AUTHORITY);
}

static const char *fault_of(enum purpose purpose, int64_t at)
{
	struct work work;
	work_begin(&work);
	return path_fault(&path, purpose, at, &work);
}

static void check_fault(const char *row, enum purpose purpose, const char *part)
{
	const char *why = fault_of(purpose, NOW);
	bool is_so = part == NULL ? why == NULL : why != NULL && strstr(why, part) != NULL;
	if (!is_so) {
		fail_msg("%s: '%s'", row, why != NULL ? why : "no fault");
	}
}

static void one_fault_is_enough(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		make_path(&rows[i]);
		check_fault(rows[i].row, PURPOSE_CLIENT, rows[i].of_client);
		check_fault(rows[i].row, PURPOSE_SERVER, rows[i].of_server);
		clear_path();
	}
}

static void dates_are_those_asked_for(void **state)
{
	(void)state;
	make_path(&(struct row){
		.change = { .expired = true } }); /* the first day of 2020 */
	assert_non_null(fault_of(PURPOSE_CLIENT, 1577836799));
	assert_null(fault_of(PURPOSE_CLIENT, 1577836800));
	assert_null(fault_of(PURPOSE_CLIENT, 1577923200));
	assert_non_null(fault_of(PURPOSE_CLIENT, 1577923201));
	clear_path();
}

/* What has no CA bit issues nothing; only of a root that the operator trusts are forms taken
 * that are older than that bit. */
static void an_issuer_is_a_ca(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		struct wish wish;
		const char *of_root; /* what it is of a root */
	} authorities[] = {
		{ "no CA bit", { .common_name = "none" }, "not a CA" },
		{ "no CA by its own word",
			{ .common_name = "modest", .no_authority = true }, "not a CA" },
		{ "no CA by its own word, but signs",
			{ .common_name = "modest",
				.no_authority = true,
				.key_usage = GNUTLS_KEY_KEY_CERT_SIGN },
			"not a CA" },
		{ "older", { .common_name = "older", .key_usage = GNUTLS_KEY_KEY_CERT_SIGN },
			NULL },
		{ "oldest", { .common_name = "oldest", .version_1 = true }, NULL },
	};
	make_path(&rows[0]);
	for (size_t i = 0; i < ROWS(authorities); i++) {
		make_authority(&authorities[i].wish);
		check_fault(authorities[i].row, PURPOSE_CLIENT, "not a CA");
		certificates[AUTHORITY].root = true;
		check_fault(authorities[i].row, PURPOSE_CLIENT, authorities[i].of_root);
	}
	/* Version 2 is as old, but nobody issued roots of it. */
	certificates[AUTHORITY].version = 2;
	check_fault("version 2", PURPOSE_CLIENT, "not a CA");
	clear_path();
}

/* RFC 5280 3.3: by the names alone, whatever the key identifiers say. Such a one is not counted
 * (6.1.4 l), and exempt from constraints (6.1.3 b). */
static void a_ca_that_issued_itself_is_not_counted(void **state)
{
	(void)state;
	static const char *const subjects[] = { "authority", "AUTHORITY", "another" };
	for (size_t i = 0; i < ROWS(subjects); i++) {
		struct wish wishes[3];
		begin_wishes(wishes);
		wishes[AUTHORITY].limit = -1;
		wishes[BETWEEN].common_name = subjects[i];
		wishes[BETWEEN].extension = SUBJECT_KEY_ID;
		wishes[BETWEEN].value = "\x04\x01x";
		wishes[BETWEEN].value_size = 3;
		wishes[BETWEEN].not_critical = true;
		wishes[BETWEEN].names = &(const struct alternative_name)DNS("b.bad.example");
		wishes[BETWEEN].name_count = 1;
		make_wishes(wishes);
		assert_int_equal(certificates[BETWEEN].self_issued, i < 2);
		check_fault(subjects[i], PURPOSE_CLIENT, i < 2 ? NULL : "longer");
		wishes[AUTHORITY].limit = 0;
		wishes[AUTHORITY].permitted = "good.example";
		clear_path();
		make_wishes(wishes);
		check_fault(subjects[i], PURPOSE_CLIENT, i < 2 ? NULL : "do not permit");
		clear_path();
	}
}

/* What constrains others has the name that it has. */
static void a_ca_is_not_below_its_own_constraints(void **state)
{
	(void)state;
	struct wish wishes[3];
	begin_wishes(wishes);
	wishes[BETWEEN].names = &(const struct alternative_name)DNS("b.bad.example");
	wishes[BETWEEN].name_count = 1;
	wishes[BETWEEN].permitted = "good.example";
	make_wishes(wishes);
	check_fault("its own", PURPOSE_CLIENT, NULL);
	clear_path();
	wishes[AUTHORITY].permitted = "good.example";
	wishes[BETWEEN].permitted = NULL;
	make_wishes(wishes);
	check_fault("those above", PURPOSE_CLIENT, "do not permit");
	clear_path();
}

/* The leaf is judged by constraints even if it bears its issuer's name. */
static void a_leaf_of_its_issuers_name_is_not_exempt(void **state)
{
	(void)state;
	struct wish wishes[3];
	begin_wishes(wishes);
	wishes[LEAF].common_name = wishes[BETWEEN].common_name;
	wishes[BETWEEN].permitted = "bad.example";
	make_wishes(wishes);
	assert_true(certificates[LEAF].self_issued);
	check_fault("the same name", PURPOSE_CLIENT, "do not permit");
	clear_path();
}

/* A bare key that is the anchor is judged as those of certificates are. */
static void a_bare_key_is_judged(void **state)
{
	(void)state;
	struct credential small;
	make_path(&rows[0]);
	path.key = made[AUTHORITY].whole[TLSA_SPKI];
	check_fault("below a key", PURPOSE_CLIENT, NULL);
	make_certificate(&small, &(struct wish){ .key = KEY_RSA_SMALL });
	path.key = small.whole[TLSA_SPKI];
	check_fault("below a small key", PURPOSE_CLIENT, "2048 bits");
	clear_certificate(&small);
	clear_path();
}

/* A leaf that stands alone, as one signed by a bare key does. */
static void a_path_of_one_is_judged_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		if (rows[i].place == LEAF) {
			make_path(&rows[i]);
			path.length = 1;
			path.key = made[BETWEEN].whole[TLSA_SPKI];
			check_fault(rows[i].row, PURPOSE_CLIENT, rows[i].of_client);
			check_fault(rows[i].row, PURPOSE_SERVER, rows[i].of_server);
			clear_path();
		}
	}
}

static void spent_work_is_a_fault(void **state)
{
	(void)state;
	struct work work = { .left = 1 };
	make_path(&rows[0]);
	assert_string_equal(path_fault(&path, PURPOSE_CLIENT, NOW, &work), WORK_SPENT);
	assert_true(work.spent);
	clear_path();
	/* Also where it is spent on the way. */
	make_path(&(struct row){ .place = AUTHORITY, .change = { .permitted = "example" } });
	for (uint32_t left = 1; left < 1000; left++) {
		work = (struct work){ .left = left };
		const char *why = path_fault(&path, PURPOSE_CLIENT, NOW, &work);
		assert_true(work.spent == (why != NULL));
		if (why == NULL) {
			break;
		}
		assert_string_equal(why, WORK_SPENT);
	}
	assert_false(work.spent);
	clear_path();
}

/* Each certificate of a path costs something, however little there is in it. */
static void each_certificate_is_paid_for(void **state)
{
	(void)state;
	uint32_t costs[3];
	make_path(&rows[0]);
	path.key = made[AUTHORITY].whole[TLSA_SPKI];
	for (unsigned i = 0; i < 3; i++) {
		struct work work;
		work_begin(&work);
		path.length = i + 1;
		assert_null(path_fault(&path, PURPOSE_CLIENT, NOW, &work));
		costs[i] = WORK_MAX - work.left;
	}
	assert_true(costs[0] > 0 && costs[1] > costs[0] && costs[2] > costs[1]);
	clear_path();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_fault_is_enough),
		cmocka_unit_test(dates_are_those_asked_for),
		cmocka_unit_test(an_issuer_is_a_ca),
		cmocka_unit_test(a_ca_that_issued_itself_is_not_counted),
		cmocka_unit_test(a_ca_is_not_below_its_own_constraints),
		cmocka_unit_test(a_leaf_of_its_issuers_name_is_not_exempt),
		cmocka_unit_test(a_bare_key_is_judged),
		cmocka_unit_test(a_path_of_one_is_judged_too),
		cmocka_unit_test(spent_work_is_a_fault),
		cmocka_unit_test(each_certificate_is_paid_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
