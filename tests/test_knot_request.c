/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What a query asks of knotd's ACL, and which zones a module of all zones takes for catalogs. The
 * zone is made up here, in the place of knotd's. */

#include <string.h>

#include <knot/module.h>

#include "acl.h"
#include "check.h"
#include "request.h"

#define NAMES_MAX 4

static const uint8_t zone[] = "\3cat\7example";
static const uint8_t invalid[] = "\7invalid", host[] = "\2ns\3cat\7example";
static const knot_dname_t *zone_now;
static bool zone_has_module;

/* The records of the zone: NS at the apex, and sets below it. */
static knot_rrset_t ns;
static struct set {
	const uint8_t *owner;
	knot_rrset_t rrset;
} sets[NAMES_MAX];
static size_t set_count;

const knot_dname_t *knotd_qdata_zone_name(const knotd_qdata_t *qdata)
{
	(void)qdata;
	return zone_now;
}

const knot_dname_t *knotd_mod_zone(const knotd_mod_t *mod)
{
	(void)mod;
	return zone_has_module ? zone_now : NULL;
}

knot_rrset_t knotd_qdata_zone_apex_rrset(const knotd_qdata_t *qdata, uint16_t type)
{
	(void)qdata;
	return type == KNOT_RRTYPE_NS ? ns : (knot_rrset_t){ 0 };
}

int knotd_qdata_zone_rrset(const knotd_qdata_t *qdata, const knot_dname_t *zone_name,
	const knot_dname_t *node_name, uint16_t type, knot_rrset_t *out)
{
	(void)qdata;
	assert_null(zone_name);
	for (size_t i = 0; i < set_count; i++) {
		if (knot_dname_is_equal(sets[i].owner, node_name)) {
			*out = sets[i].rrset.type == type ? sets[i].rrset :
							    (knot_rrset_t){ 0 };
			return KNOT_EOK;
		}
	}
	return KNOT_ENONODE;
}

static void add(knot_rrset_t *rrset, uint16_t type, const void *data, size_t size)
{
	rrset->type = type;
	assert_int_equal(knot_rrset_add_rdata(rrset, data, (uint16_t)size, NULL), 0);
}

static knot_rrset_t *set_at(const uint8_t *owner)
{
	for (size_t i = 0; i < set_count; i++) {
		if (sets[i].owner == owner) {
			return &sets[i].rrset;
		}
	}
	assert_true(set_count < NAMES_MAX);
	sets[set_count].owner = owner;
	return &sets[set_count++].rrset;
}

static int begin(void **state)
{
	(void)state;
	zone_now = zone;
	zone_has_module = false;
	add(&ns, KNOT_RRTYPE_NS, host, sizeof(host));
	return 0;
}

static int end(void **state)
{
	(void)state;
	knot_rdataset_clear(&ns.rrs, NULL);
	for (size_t i = 0; i < set_count; i++) {
		knot_rdataset_clear(&sets[i].rrset.rrs, NULL);
	}
	memset(&ns, 0, sizeof(ns));
	memset(sets, 0, sizeof(sets));
	set_count = 0;
	return 0;
}

static const uint8_t version_name[] = "\7version\3cat\7example";
static const uint8_t zones_name[] = "\5zones\3cat\7example";
static const uint8_t ext_name[] = "\3ext\3cat\7example";

static void put_version(const char *strings, size_t size)
{
	add(set_at(version_name), KNOT_RRTYPE_TXT, strings, size);
}

/* An ordinary query: is it one of a catalog's? */
static bool is_guarded(void)
{
	const knotd_qdata_t qdata = { .type = KNOTD_QUERY_TYPE_NORMAL };
	unsigned action = request_action(&qdata, NULL, false);
	assert_true(action == 0 || action == ACL_BIT(ACL_TRANSFER));
	return action != 0;
}

static void a_catalog_is_known_by_its_version(void **state)
{
	(void)state;
	static const struct {
		const char *row, *strings;
		size_t size;
		bool guarded;
	} rows[] = {
		{ "version 2",
			"\1"
			"2",
			2, true },
		{ "version 1, of the drafts",
			"\1"
			"1",
			2, true },
		{ "version 3",
			"\1"
			"3",
			2, false },
		{ "a version of something else",
			"\5"
			"2.0.1",
			6, false },
		{ "two strings",
			"\1"
			"2\1"
			"2",
			4, false },
		{ "an empty string", "", 1, false },
		{ "a string that is cut",
			"\2"
			"2",
			2, false },
	};
	(void)set_at(zones_name);
	for (size_t i = 0; i < ROWS(rows); i++) {
		knot_rdataset_clear(&set_at(version_name)->rrs, NULL);
		put_version(rows[i].strings, rows[i].size);
		check_true(rows[i].row, is_guarded() == rows[i].guarded);
	}
	/* One among others is enough: better guarded than read. */
	put_version("\1"
		    "2",
		2);
	assert_true(is_guarded());
}

static void what_has_a_version_only_is_no_catalog(void **state)
{
	(void)state;
	assert_false(is_guarded());
	put_version("\1"
		    "2",
		2);
	assert_false(is_guarded());
	(void)set_at(ext_name);
	assert_true(is_guarded());
}

static void what_has_zones_only_is_no_catalog(void **state)
{
	(void)state;
	(void)set_at(zones_name);
	(void)set_at(ext_name);
	assert_false(is_guarded());
	add(set_at(version_name), KNOT_RRTYPE_A,
		"\1"
		"2\0",
		4);
	assert_false(is_guarded());
}

static void a_catalog_is_known_by_its_name_server(void **state)
{
	(void)state;
	knot_rdataset_clear(&ns.rrs, NULL);
	/* Another name that is as long. */
	add(&ns, KNOT_RRTYPE_NS, "\7invalie", sizeof(invalid));
	assert_false(is_guarded());
	knot_rdataset_clear(&ns.rrs, NULL);
	add(&ns, KNOT_RRTYPE_NS, invalid, sizeof(invalid));
	assert_true(is_guarded());
	add(&ns, KNOT_RRTYPE_NS, host, sizeof(host));
	assert_false(is_guarded());
}

static void where_there_is_no_zone_there_is_no_catalog(void **state)
{
	(void)state;
	uint8_t longest[KNOT_DNAME_MAXLEN] = { 0 };
	zone_now = NULL;
	assert_false(is_guarded());
	/* One whose "version" would be too long for a name. */
	for (size_t i = 0; i + 2 < sizeof(longest); i += 2) {
		longest[i] = 1;
		longest[i + 1] = 'a';
	}
	zone_now = longest;
	assert_int_equal(knot_dname_size(longest), KNOT_DNAME_MAXLEN);
	assert_false(is_guarded());
}

/* A name of so many octets, in labels of one character. */
static void make_name(uint8_t *name, size_t size)
{
	memset(name, 0, size);
	size_t at = 0;
	if (size % 2 == 0) {
		memcpy(name, "\2bb", 3);
		at = 3;
	}
	for (; at + 2 < size; at += 2) {
		memcpy(name + at, "\1a", 2);
	}
	assert_int_equal(knot_dname_size(name), size);
}

static void a_catalog_has_room_for_its_version(void **state)
{
	(void)state;
	static const char version[] = "\7version", zones[] = "\5zones";
	const size_t most = KNOT_DNAME_MAXLEN - strlen(version);
	/* The root as well; below the last one even "version" is too long by an octet. */
	const size_t sizes[] = { 1, most, most + 1 };
	for (size_t i = 0; i < ROWS(sizes); i++) {
		size_t size = sizes[i];
		uint8_t apex[KNOT_DNAME_MAXLEN], below[2][2 * KNOT_DNAME_MAXLEN];
		make_name(apex, size);
		memcpy(below[0], version, strlen(version));
		memcpy(below[0] + strlen(version), apex, size);
		memcpy(below[1], zones, strlen(zones));
		memcpy(below[1] + strlen(zones), apex, size);
		zone_now = apex;
		sets[0].owner = below[0];
		sets[1].owner = below[1];
		set_count = 2;
		knot_rdataset_clear(&sets[0].rrset.rrs, NULL);
		add(&sets[0].rrset, KNOT_RRTYPE_TXT,
			"\1"
			"2",
			2);
		assert_int_equal(is_guarded(), size <= most);
	}
}

static void where_the_zone_has_the_module_its_configuration_tells(void **state)
{
	(void)state;
	const knotd_qdata_t qdata = { .type = KNOTD_QUERY_TYPE_NORMAL };
	put_version("\1"
		    "2",
		2);
	(void)set_at(zones_name);
	assert_true(is_guarded());
	zone_has_module = true;
	assert_false(is_guarded());
	assert_int_equal(request_action(&qdata, NULL, true), ACL_BIT(ACL_TRANSFER));
}

static void a_type_has_its_word_and_its_action(void **state)
{
	(void)state;
	static const struct {
		int type;
		const char *word;
		unsigned action;
	} rows[] = {
		{ KNOTD_QUERY_TYPE_INVALID, "query", 0 },
		{ KNOTD_QUERY_TYPE_NORMAL, "query", 0 },
		{ KNOTD_QUERY_TYPE_AXFR, "AXFR", ACL_BIT(ACL_TRANSFER) },
		{ KNOTD_QUERY_TYPE_IXFR, "IXFR", ACL_BIT(ACL_TRANSFER) },
		{ KNOTD_QUERY_TYPE_NOTIFY, "NOTIFY", ACL_BIT(ACL_NOTIFY) },
		{ KNOTD_QUERY_TYPE_UPDATE, "UPDATE", ACL_BIT(ACL_UPDATE) },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const knotd_qdata_t qdata = { .type = (knotd_query_type_t)rows[i].type };
		assert_string_equal(request_type(&qdata), rows[i].word);
		assert_int_equal(request_action(&qdata, NULL, false), rows[i].action);
	}
}

static void a_protocol_has_its_word(void **state)
{
	(void)state;
	static const struct {
		int protocol;
		const char *word;
	} rows[] = {
		{ KNOTD_QUERY_PROTO_UDP, "UDP" },
		{ KNOTD_QUERY_PROTO_TCP, "TCP" },
		{ KNOTD_QUERY_PROTO_QUIC, "QUIC" },
		{ KNOTD_QUERY_PROTO_TLS, "TLS" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		knotd_qdata_params_t params = {
			.proto = (knotd_query_proto_t)rows[i].protocol
		};
		const knotd_qdata_t qdata = { .params = &params };
		assert_string_equal(request_protocol(&qdata), rows[i].word);
	}
}

static void an_address_is_written_as_knotd_does(void **state)
{
	(void)state;
	struct sockaddr_storage remote;
	knotd_qdata_params_t params = { .remote = &remote };
	const knotd_qdata_t qdata = { .params = &params };
	char text[REQUEST_REMOTE_SIZE];
	struct sockaddr_in *v4 = (struct sockaddr_in *)&remote;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&remote;
	remote = (struct sockaddr_storage){ .ss_family = AF_INET };
	v4->sin_port = htons(853);
	v4->sin_addr.s_addr = htonl(0xc0000201);
	request_remote(&qdata, text);
	assert_string_equal(text, "192.0.2.1@853");
	remote = (struct sockaddr_storage){ .ss_family = AF_INET6 };
	v6->sin6_port = htons(65535);
	/* The longest that there is. */
	static const char longest[] = "2001:1234:1234:1234:1234:1234:1234:1234";
	assert_int_equal(inet_pton(AF_INET6, longest, &v6->sin6_addr), 1);
	request_remote(&qdata, text);
	assert_string_equal(text, "2001:1234:1234:1234:1234:1234:1234:1234@65535");
	remote = (struct sockaddr_storage){ .ss_family = AF_UNIX };
	request_remote(&qdata, text);
	assert_string_equal(text, "UNIX socket");
}

static void a_zone_is_named_where_knotd_does_not(void **state)
{
	(void)state;
	char text[REQUEST_ZONE_SIZE];
	knot_pkt_t *query = knot_pkt_new(NULL, 512, NULL);
	assert_non_null(query);
	const knotd_qdata_t qdata = { .query = query };
	request_zone(&qdata, NULL, text);
	assert_string_equal(text, " cat.example.");
	zone_has_module = true;
	request_zone(&qdata, NULL, text);
	assert_string_equal(text, "");
	zone_has_module = false;
	/* What is not served here has the name that was asked for, if any was. */
	zone_now = NULL;
	request_zone(&qdata, NULL, text);
	assert_string_equal(text, "");
	assert_int_equal(knot_pkt_put_question(query, host, KNOT_CLASS_IN, KNOT_RRTYPE_AXFR),
		KNOT_EOK);
	request_zone(&qdata, NULL, text);
	assert_string_equal(text, " ns.cat.example.");
	/* The longest text: of a name whose octets are all escaped. */
	uint8_t longest[KNOT_DNAME_MAXLEN] = { 0 };
	for (size_t at = 0; at + 2 < sizeof(longest); at += 1u + longest[at]) {
		size_t left = sizeof(longest) - 2 - at;
		longest[at] = (uint8_t)(left < 63 ? left : 63);
		memset(longest + at + 1, 7, longest[at]);
	}
	zone_now = longest;
	knot_dname_txt_storage_t name;
	assert_non_null(knot_dname_to_str(name, longest, sizeof(name)));
	request_zone(&qdata, NULL, text);
	assert_int_equal(text[0], ' ');
	assert_string_equal(text + 1, name);
	knot_pkt_free(query);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_catalog_is_known_by_its_version),
		ONE(what_has_a_version_only_is_no_catalog),
		ONE(what_has_zones_only_is_no_catalog),
		ONE(a_catalog_is_known_by_its_name_server),
		ONE(where_there_is_no_zone_there_is_no_catalog),
		ONE(a_catalog_has_room_for_its_version),
		ONE(where_the_zone_has_the_module_its_configuration_tells),
		ONE(a_type_has_its_word_and_its_action),
		ONE(a_protocol_has_its_word),
		ONE(an_address_is_written_as_knotd_does),
		ONE(a_zone_is_named_where_knotd_does_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
