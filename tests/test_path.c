/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is wrong with a path, signatures aside (RFC 5280 6.1). One thing at a time is made
 * wrong about a path that is right: leaf, between, authority. */

#include "check.h"
#include "make_certificate.h"
#include "path.h"

#include <string.h>

#define NOW 1700000000 /* 2023 */

#define CLIENT GNUTLS_KP_TLS_WWW_CLIENT
#define SERVER GNUTLS_KP_TLS_WWW_SERVER
#define UNKNOWN "1.2.3.4.5"

static const struct alternative_name names[] = { DNS("a.good.example") };

enum place { LEAF, BETWEEN, AUTHORITY };

struct row {
	const char *row;
	enum place place;
	struct wish change;
	const char *of_client, *of_server; /* a part of the fault; NULL: none */
};

static const struct row rows[] = {
	{ "nothing", LEAF, { 0 }, NULL, NULL },
	{ "leaf expired", LEAF, { .expired = true }, "expired", "expired" },
	{ "between expired", BETWEEN, { .expired = true }, "expired", "expired" },
	{ "authority expired", AUTHORITY, { .expired = true }, "expired", "expired" },

	{ "leaf for clients", LEAF, { .purpose = CLIENT }, NULL, "purpose" },
	{ "leaf for servers", LEAF, { .purpose = SERVER }, "purpose", NULL },
	{ "leaf for any", LEAF, { .purpose = GNUTLS_KP_ANY }, "purpose", "purpose" },
	{ "between for clients", BETWEEN, { .purpose = CLIENT }, NULL, "purpose" },
	{ "authority for servers", AUTHORITY, { .purpose = SERVER }, "purpose", NULL },

	{ "leaf signs data", LEAF, { .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE }, NULL,
		NULL },
	{ "leaf enciphers keys", LEAF, { .key_usage = GNUTLS_KEY_KEY_ENCIPHERMENT },
		"key usage", NULL },
	{ "leaf signs lists", LEAF, { .key_usage = GNUTLS_KEY_CRL_SIGN }, "key usage",
		"key usage" },
	{ "between signs certificates", BETWEEN,
		{ .key_usage = GNUTLS_KEY_KEY_CERT_SIGN }, NULL, NULL },
	{ "between signs data", BETWEEN, { .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
		"signing certificates", "signing certificates" },
	{ "authority signs data", AUTHORITY, { .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
		"signing certificates", "signing certificates" },

	{ "authority over one", AUTHORITY, { .limit = 1 }, NULL, NULL },
	{ "authority over none", AUTHORITY, { .limit = -1 }, "longer", "longer" },
	{ "between over none", BETWEEN, { .limit = -1 }, NULL, NULL },

	{ "leaf not understood", LEAF, { .extension = UNKNOWN }, "critical", "critical" },
	{ "between not understood", BETWEEN, { .extension = UNKNOWN }, "critical",
		"critical" },
	{ "authority not understood", AUTHORITY, { .extension = UNKNOWN }, "critical",
		"critical" },

	{ "between permits it", BETWEEN, { .permitted = "good.example" }, NULL, NULL },
	{ "authority permits it", AUTHORITY, { .permitted = "example" }, NULL, NULL },
	{ "between permits others", BETWEEN, { .permitted = "bad.example" },
		"does not permit", "does not permit" },
	{ "authority permits others", AUTHORITY, { .permitted = "bad.example" },
		"does not permit", "does not permit" },
};

static struct credential made[3];
static struct certificate certificates[3];
static struct path path;

static void make_path(const struct row *row)
{
	struct wish wishes[] = {
		{ .common_name = "leaf", .names = names, .name_count = 1 },
		{ .common_name = "between", .authority = true, .issuer = &made[AUTHORITY] },
		{ .common_name = "authority", .authority = true },
	};
	wishes[LEAF].issuer = &made[BETWEEN];
	struct wish *wish = &wishes[row->place];
	wish->expired = row->change.expired;
	wish->purpose = row->change.purpose;
	wish->key_usage = row->change.key_usage;
	wish->limit = row->change.limit;
	wish->extension = row->change.extension;
	wish->permitted = row->change.permitted;
	path.length = 3;
	for (int place = AUTHORITY; place >= LEAF; place--) {
		make_certificate(&made[place], &wishes[place]);
		assert_true(certificate_read(&certificates[place], made[place].whole[0]));
		path.certificates[place] = &certificates[place];
	}
}

static void clear_path(void)
{
	for (int place = LEAF; place <= AUTHORITY; place++) {
		certificate_clear(&certificates[place]);
		clear_certificate(&made[place]);
	}
}

/* Puts another one in the authority's place. */
static void make_authority(const struct wish *wish)
{
	certificate_clear(&certificates[AUTHORITY]);
	clear_certificate(&made[AUTHORITY]);
	make_certificate(&made[AUTHORITY], wish);
	assert_true(certificate_read(&certificates[AUTHORITY], made[AUTHORITY].whole[0]));
}

static void check_fault(const char *row, const char *purpose, const char *part)
{
	const char *why = path_fault(&path, purpose, NOW);
	if ((why == NULL) != (part == NULL) ||
	    (why != NULL && strstr(why, part) == NULL)) {
		fail_msg("%s: '%s'", row, why != NULL ? why : "no fault");
	}
}

static void one_fault_is_enough(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		make_path(&rows[i]);
		check_fault(rows[i].row, CLIENT, rows[i].of_client);
		check_fault(rows[i].row, SERVER, rows[i].of_server);
		clear_path();
	}
}

static void dates_are_those_asked_for(void **state)
{
	(void)state;
	make_path(&(struct row){ .change = { .expired = true } }); /* the first day of 2020 */
	assert_non_null(path_fault(&path, CLIENT, 1500000000));
	assert_null(path_fault(&path, CLIENT, 1577880000));
	assert_non_null(path_fault(&path, CLIENT, NOW));
	clear_path();
}

/* What has no CA bit issues nothing; only of a root that the operator trusts are forms taken
 * that are older than that bit. */
static void an_issuer_is_a_ca(void **state)
{
	(void)state;
	make_path(&rows[0]);
	make_authority(&(struct wish){ .common_name = "no authority" });
	check_fault("no CA bit", CLIENT, "not a CA");
	certificates[AUTHORITY].root = true;
	check_fault("no CA bit, but a root", CLIENT, "not a CA");
	make_authority(&(struct wish){ .common_name = "modest", .no_authority = true });
	check_fault("no CA by its own word", CLIENT, "not a CA");
	certificates[AUTHORITY].root = true;
	check_fault("no CA by its own word, but a root", CLIENT, "not a CA");
	make_authority(&(struct wish){ .common_name = "older",
		.key_usage = GNUTLS_KEY_KEY_CERT_SIGN });
	check_fault("older", CLIENT, "not a CA");
	certificates[AUTHORITY].root = true;
	check_fault("older root", CLIENT, NULL);
	clear_path();
}

/* Where names are constrained, all have to be looked at: of too many that is the fault. */
static void names_below_constraints_have_a_bound(void **state)
{
	(void)state;
	static struct alternative_name many[PATH_NAME_MAX + 1];
	for (size_t i = 0; i < ROWS(many); i++) {
		many[i] = (struct alternative_name)DNS("a.good.example");
	}
	for (size_t more = 0; more <= 1; more++) {
		for (int constrained = 0; constrained <= 1; constrained++) {
			make_path(&(struct row){ .place = AUTHORITY, .change = {
				.permitted = constrained ? "good.example" : NULL } });
			certificate_clear(&certificates[LEAF]);
			clear_certificate(&made[LEAF]);
			make_certificate(&made[LEAF], &(struct wish){ .common_name = "leaf",
				.issuer = &made[BETWEEN], .names = many,
				.name_count = PATH_NAME_MAX + more });
			assert_true(certificate_read(&certificates[LEAF],
				made[LEAF].whole[0]));
			check_fault("many names", CLIENT, more && constrained ?
				"has more than 128 alternative names" : NULL);
			clear_path();
		}
	}
}

/* A leaf that stands alone, as one signed by a bare key does. */
static void a_path_of_one_is_judged_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		if (rows[i].place == LEAF) {
			make_path(&rows[i]);
			path.length = 1;
			check_fault(rows[i].row, CLIENT, rows[i].of_client);
			check_fault(rows[i].row, SERVER, rows[i].of_server);
			clear_path();
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_fault_is_enough),
		cmocka_unit_test(dates_are_those_asked_for),
		cmocka_unit_test(an_issuer_is_a_ca),
		cmocka_unit_test(names_below_constraints_have_a_bound),
		cmocka_unit_test(a_path_of_one_is_judged_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
